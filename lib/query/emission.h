// Answers that move: which rows are written when a window has something to say.
//
// Rows of windows begin with window_start and window_end, and say by `final` whether more can come;
// `changes` end with `diff` instead, 1 for a row that is now part of the answer and -1 for one that
// no longer is, so that at every moment the sum of the changes is the answer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "query/answer.h"
#include "query/archive.h"
#include "query/windows.h"

namespace pinpipe::query {

enum class Emit : uint8_t {
  close,    ///< a window's answer when it closes
  every,    ///< all open windows, and those that have closed, every so often
  changes,  ///< what has changed since
};

class Emission {
 public:
  Emission(Emit emit, bool has_windows) : emit_(emit), has_windows_(has_windows) {}

  /// Takes down what a window says now.
  void add(Windows::Window window);
  bool empty() const;
  /// What was taken down, one answer a question, and forgets it.
  std::vector<Answer> take();

  template <class Archive>
  void visit(Archive& archive) {
    archive(said_);
  }

 private:
  /// The rows that `changes` have added up to, of a window and a question.
  struct Said {
    int64_t start_us = 0;
    uint64_t question = 0;
    std::vector<Row> rows;  // in order

    template <class Archive>
    void visit(Archive& archive) {
      archive(start_us, question);
      uint64_t count = rows.size();
      archive(count);
      for (uint64_t i = 0; i < count; ++i) {
        if constexpr (Archive::kReads) {
          if (!archive.ok()) return;
          rows.emplace_back();
        }
        visit_row(archive, rows[i]);
      }
    }
  };
  template <class Archive>
  static void visit_row(Archive& archive, Row& row);

  std::vector<Column> columns_of(const Answer& answer) const;
  void append(const Windows::Window& window, Answer& answer, size_t question);
  std::vector<Row> changes_of(const Windows::Window& window, size_t question, const Answer& answer);

  Emit emit_;
  bool has_windows_;
  std::vector<Answer> taken_;  // by question
  std::vector<Said> said_;
};

// ---- implementation -------------------------------------------------------------------------

template <class Archive>
void Emission::visit_row(Archive& archive, Row& row) {
  uint64_t count = row.size();
  archive(count);
  for (uint64_t i = 0; i < count; ++i) {
    if constexpr (Archive::kReads) {
      if (!archive.ok()) return;
      row.emplace_back();
    }
    uint8_t kind = static_cast<uint8_t>(row[i].index());
    archive(kind);
    const auto visit_as = [&]<class Type>(Type value) {
      if constexpr (!Archive::kReads) value = std::get<Type>(row[i]);
      archive(value);
      if constexpr (Archive::kReads) row[i] = std::move(value);
    };
    switch (kind) {
      case 1:
        visit_as(bool());
        break;
      case 2:
        visit_as(Integer());
        break;
      case 3:
        visit_as(double());
        break;
      case 4:
        visit_as(std::string());
        break;
      default:
        break;
    }
  }
}

}  // namespace pinpipe::query
