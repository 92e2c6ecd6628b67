// The run of sink-topics --stdout: records in, lines out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "json/scanner.h"
#include "kafka/consumer.h"
#include "kafka/topic_reader.h"

namespace pinpipe::kafka {

struct PrinterOptions {
  TopicReaderOptions reader;
  bool from_beginning = false;  ///< where there is no place of a group; else from now on
};

struct PrinterCounts {
  uint64_t records = 0;   ///< that became lines
  uint64_t rejected = 0;  ///< values that are not JSON
  uint64_t nulls = 0;     ///< values that are null, which become no lines
  uint64_t missed = 0;    ///< records that Kafka had deleted before the group read them
  uint64_t bytes = 0;     ///< of values
  uint64_t expected = 0;  ///< records, where the run is to end; else 0
};

/// What a TopicPrinter asks, and what it tells.
struct PrinterHooks {
  std::function<bool()> is_stopped;
  std::function<void(const PrinterCounts&)> on_progress = [](const PrinterCounts&) {};
  std::function<void(const std::string& message)> on_message = [](const std::string&) {};
  /// Whole lines, which are out when it returns. An error ends the run.
  std::function<Status(std::string_view lines)> print;
  /// The value of `record`, its newlines as blanks, is not JSON. An error ends the run.
  std::function<Status(const Record& record, const std::string& reason)> reject;
};

/// Whether lines are JSON. To look for the tokens of many at once takes a third of the time.
class LineCheck {
 public:
  /// Lines that come next, and stay as they are meanwhile.
  void expect(std::string_view lines) { scanner_.expect(lines); }
  /// Errors: `line`, without its newline, is not one JSON text; the reason.
  Status check(std::string_view line);

 private:
  json::Scanner scanner_;
  json::Members members_;
  std::vector<json::Element> elements_;
  std::string wrapped_;
};

class TopicPrinter {
 public:
  /// `consumer` must outlive the printer.
  TopicPrinter(PrinterOptions options, PrinterHooks hooks, Consumer& consumer);

  /// Reads the topics until they end, where that was asked for, or it is stopped; all that was read
  /// is then printed, and what was printed is committed. Errors: Kafka, with what was read printed;
  /// the hooks; a group that has no place yet, where this would end without a line.
  Status run();

  const PrinterCounts& counts() const { return counts_; }

 private:
  /// A value as a line.
  struct Line {
    size_t topic;
    int32_t partition;
    int64_t offset;
    size_t size;  ///< with its newline
  };

  TopicReaderHooks reader_hooks();
  Result<std::optional<int64_t>> begin(const FoundPartition& found);
  std::optional<int64_t> place_of_group(const FoundPartition& found);
  Status take(const Record& record);
  Status reject_others();
  Status flush();

  PrinterOptions options_;
  PrinterHooks hooks_;
  Consumer& consumer_;
  PrinterCounts counts_;
  LineCheck check_;
  std::vector<Line> lines_;                                    // that are not printed yet
  Buffer text_;                                                // of the lines
  std::map<std::pair<size_t, int32_t>, int64_t> uncommitted_;  // next offsets, once they are
  TopicReader reader_;
};

}  // namespace pinpipe::kafka
