// Answers that move: what is told while posts still come, and when.
//
// Posts go into windows by their own time or by that of their arrival. Then `tell` writes what that
// changed: windows that have closed; all that is known, each time a period is over; or changes, as
// soon as nothing more waits to be read, but never so often that telling takes most of the time.
//
// Times are microseconds since 1970. Used by one thread at a time, but for wait_us.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/emission.h"
#include "query/extracted_batch.h"
#include "query/windows.h"

namespace pinpipe::query {

struct LiveOptions {
  std::optional<WindowSpan> window = std::nullopt;
  Emit emit = Emit::close;
  int64_t every_us = 0;  ///< of Emit::every
  bool by_time = false;  ///< windows go by the time of posts, else by that of arrival
  int64_t late_us = 0;   ///< how far posts may be behind the greatest time
};

/// A line that is not counted, as all its windows have closed.
struct LateLine {
  std::string_view line;
  int64_t by_us;
};

class LiveAnswers {
 public:
  /// The machine's clock: where it is put back, time stands still.
  using Now = std::function<int64_t()>;
  /// Takes the answers of all questions, which may have no rows.
  using OnAnswers = std::function<Status(const std::vector<Answer>&)>;

  /// `program` outlives it.
  LiveAnswers(const Program& program, const LiveOptions& options, MemoryCeiling ceiling, Now now,
              OnAnswers on_answers);

  /// The posts that have come; returns those that are late. Errors: out of memory.
  Result<std::vector<LateLine>> add(const ExtractedBatch& batch);
  /// Tells what is due; `idle`: nothing more waits to be read. Errors: as add's and of OnAnswers.
  Status emit(bool idle);
  /// Tells all that is known now.
  Status snapshot();
  /// Closes all windows, and tells them. Nothing may be done after it but to ask for counts.
  Status close();

  /// How long nothing will be due if no post comes, and no longer than 100 ms, so that a signal is
  /// seen soon. The thread that reads asks, while another adds.
  int64_t wait_us() const;

  PostCounts counts() const { return windows_.counts(); }
  uint64_t windows_closed() const { return windows_closed_; }
  int64_t now();

  /// REQUIRES of a reader: nothing was added yet
  template <class Archive>
  void visit(Archive& archive) {
    archive(windows_, emission_);
  }

 private:
  Result<std::vector<LateLine>> add_by_time(const ExtractedBatch& batch);
  Windows::OnWindow taking();
  void take(Windows::Window window);
  Status write();

  LiveOptions options_;
  Windows windows_;
  Emission emission_;
  Now clock_;
  OnAnswers on_answers_;
  int64_t latest_ = 0;  // time of the clock
  int64_t started_;
  int64_t periods_told_ = 0;
  int64_t not_before_ = 0;  // the next snapshot
  uint64_t windows_closed_ = 0;
};

}  // namespace pinpipe::query
