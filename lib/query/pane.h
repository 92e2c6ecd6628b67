// What a stretch of the input says about the questions of a program: all of it, or where windows
// are asked for, the part of one step.
//
// The first record of a dataset with an `ind` counts; later ones are duplicates, and counted. A
// post that has all records that a plan needs is folded at once: of it stays its `ind`, as a bit.
// Where some plan joins records that come apart, they are kept in columns until all have come, and
// folded when an answer is asked for.
//
// Memory has a ceiling, which `add` refuses to pass before it does. Filled by one thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/status.h"
#include "query/answer.h"
#include "query/extracted_batch.h"
#include "query/fold.h"
#include "query/ind_set.h"
#include "query/part_table.h"
#include "query/program.h"

namespace pinpipe::query {

/// What is known of records, for --stats.
struct PostCounts {
  std::array<uint64_t, 3> distinct{};    ///< by index_of(dataset)
  std::array<uint64_t, 3> duplicates{};  ///< by index_of(dataset)
  uint64_t pin_geo = 0;                  ///< posts that have both
  uint64_t pin_user = 0;
  uint64_t pin_geo_user = 0;

  void add(const PostCounts& more);
};

class Pane {
 public:
  /// `program` outlives it.
  explicit Pane(const Program& program);

  /// Adds `count` posts of `batch` from `begin` on.
  void add(const ExtractedBatch& batch, size_t begin, size_t count);

  /// What is known so far, for the plans of the program. Errors: it would take more than `room`
  /// bytes.
  Result<std::vector<Answer>> answers(uint64_t room) const;
  /// The same for the last time, which takes less memory: nothing may be added or asked after it.
  Result<std::vector<Answer>> last_answers(uint64_t room);
  /// Adds what this one knows to `folds`.
  void fold_into(Folds& folds) const;

  PostCounts counts() const;

  template <class Archive>
  void visit(Archive& archive) {
    archive(seen_, table_, folds_, distinct_, duplicates_);
  }

  uint64_t memory() const { return seen_.memory() + table_.memory() + folds_.memory(); }
  /// How much more it may take with `batch`.
  uint64_t growth(const ExtractedBatch& batch) const {
    return table_.growth(batch.posts.size(), batch.text_bytes) +
           folds_.growth(batch.posts.size(), batch.text_bytes);
  }
  /// Posts whose records have come apart, and the bytes that one of them takes.
  uint64_t apart() const { return table_.size(); }
  uint64_t bytes_a_row() const { return table_.bytes_a_row(); }

 private:
  struct News {
    Datasets fresh;  ///< records that had not come
    bool is_new;     ///< none had
  };
  News note(const ExtractedPost& post, const Cell* cells);
  void fold_table_into(Folds& folds) const;

  const Program* program_;
  IndSet seen_;  // of what is not in the table
  PartTable table_;
  Folds folds_;
  std::array<uint64_t, 3> distinct_{};
  std::array<uint64_t, 3> duplicates_{};
  std::vector<News> news_;  // of the posts that are added
};

/// How much memory may be taken.
struct MemoryCeiling {
  uint64_t max;
  uint64_t beside;  ///< what the process needs beside the panes

  /// Errors: with `batch`, `pane` and the `other_bytes` of other panes would pass it.
  Status check(const Pane& pane, uint64_t other_bytes, const ExtractedBatch& batch) const;
};

}  // namespace pinpipe::query
