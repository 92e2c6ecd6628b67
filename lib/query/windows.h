// Answers of stretches of time: panes by their time, and when they are answered and forgotten.
//
// A window is [start, start + size), a multiple of the step from 1970 on; it is made of panes, one
// a step, so that a record is folded once however many windows it is in. A window closes when the
// watermark has come to its end: it is answered for the last time, and what no open window needs is
// forgotten. What belongs to closed windows alone is late. Without a span there is one window, of
// all time, which only `close_all` closes.
//
// Times are microseconds since 1970, UTC. Used by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "query/answer.h"
#include "query/pane.h"

namespace pinpipe::query {

/// REQUIRES: 0 < step <= size, and size is a multiple of step
struct WindowSpan {
  int64_t size_us;
  int64_t step_us;
};

/// "2020-08-28T03:52:00", with a fraction where there is one.
std::string time_text(int64_t time_us);

class Windows {
 public:
  /// What one window says, as plans of the program are asked.
  struct Window {
    std::optional<int64_t> start_us;  ///< none without a span
    int64_t end_us;                   ///< without a span that of the last advance
    bool is_final;
    std::vector<Answer> answers;
  };
  using OnWindow = std::function<Status(Window)>;

  /// `program` outlives it. A record may be `late_us` behind the greatest time seen.
  Windows(const Program& program, std::optional<WindowSpan> span, int64_t late_us,
          MemoryCeiling ceiling);

  /// How late a record of `time_us` is, by the greatest time seen; nothing where it still counts.
  std::optional<int64_t> late_by(int64_t time_us) const;
  /// Whether records of both times are in the same windows.
  bool is_same_step(int64_t a_us, int64_t b_us) const { return pane_of(a_us) == pane_of(b_us); }
  /// Adds posts of `batch` from `begin` on, all of the step of `time_us`. REQUIRES: they are not
  /// late
  Status add(const ExtractedBatch& batch, size_t begin, size_t count, int64_t time_us);

  /// Time has come to `time_us`, or was there already: closes windows, in their order.
  Status advance(int64_t time_us, const OnWindow& on_close);
  /// Closes all that are open. Nothing may be done after it but to ask for counts().
  Status close_all(const OnWindow& on_close);
  /// Calls `on_window` with every window that is open and has something, in their order.
  Status snapshot(const OnWindow& on_window) const;

  PostCounts counts() const;

  /// REQUIRES of a reader: nothing was added yet
  template <class Archive>
  void visit(Archive& archive) {
    archive(greatest_, closed_before_, forgotten_);
    uint64_t count = panes_.size();
    archive(count);
    if constexpr (Archive::kReads) {
      for (panes_.clear(); count > 0 && archive.ok(); --count) {
        int64_t start = 0;
        archive(start);
        auto& kept = panes_[start];
        kept = std::make_unique<Kept>(*program_);
        archive(kept->pane);
        memory_ += kept->memory = kept->pane.memory();
      }
    } else {
      for (auto& [start, kept] : panes_) archive(start, kept->pane);
    }
  }

 private:
  struct Kept {
    explicit Kept(const Program& program) : pane(program) {}
    Pane pane;
    uint64_t memory = 0;
  };
  using Panes = std::map<int64_t, std::unique_ptr<Kept>>;

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::min();

  int64_t pane_of(int64_t time_us) const;
  int64_t watermark() const;
  std::optional<int64_t> first_open() const;
  std::vector<int64_t> open_windows() const;
  Result<Window> window_at(int64_t start_us) const;
  Result<Window> last_of(int64_t start_us);
  Status close(int64_t start_us, const OnWindow& on_close);
  uint64_t room() const;

  const Program* program_;
  std::optional<WindowSpan> span_;
  int64_t late_us_;
  MemoryCeiling ceiling_;
  Panes panes_;  // by start
  uint64_t memory_ = 0;
  int64_t greatest_ = kNever;       // time seen
  int64_t closed_before_ = kNever;  // windows that start before it are closed
  PostCounts forgotten_;
};

}  // namespace pinpipe::query
