// Lines that were refused: told, kept and counted, in order.
//
// The first kMaxLogged are told one by one as "TOOL: FILE:LINE: reason", or where values are more
// or less than a line, "TOOL: FILE:LINE: value N: reason"; a file of rejects, where there is one,
// gets them all as {"tool","file","line","reason","raw"}, with "value" behind "line"; or
// "raw_base64", where a line is not UTF-8. pinpipe(7) has the command that plays them back.
//
// The file of rejects is a new one, which takes its name at the first reject (or, empty, at a good
// end) and then grows by whole lines: it is there while a stream runs and after a kill, and a file
// that is being replayed keeps its old content. It belongs to one run of one tool; runs that share
// one append to it, each some whole lines at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ndjson/reject_kinds.h"
#include "stream/new_file.h"

namespace pinpipe::ndjson {

struct Reject {
  uint64_t line;  ///< counted from 1; where values are counted, the number of the value
  std::string reason;
  std::string raw;          ///< the line as it came, if the log keeps it
  uint64_t cut_from = 0;    ///< not 0: `raw` is only the start of so many bytes
  uint64_t value_line = 0;  ///< not 0: values are counted, and this one begins in this line
};

class RejectLog {
 public:
  static constexpr uint64_t kMaxLogged = 10;

  /// `tell` gets one line of text for each reject that is told.
  RejectLog(std::string tool, std::function<void(const std::string&)> log);
  ~RejectLog();
  RejectLog(const RejectLog&) = delete;

  enum class Keep { anew, append };
  /// Opens the file of rejects; devices and descriptors (/dev/stderr) are written to. Errors: I/O;
  /// another run keeps its rejects in the same new file.
  Status keep_in(const std::string& path, Keep keep = Keep::anew);

  /// `rejects` of the next `lines` lines of `file`; line numbers go on from call to call and start
  /// anew with each new `file_number`. Errors: the file of rejects cannot be written.
  Status add(const std::string& file, size_t file_number, uint64_t lines,
             const std::vector<Reject>& rejects);

  /// Takes note of a file that is not read because of `why`. The last one is not told here, but
  /// returned by `refused`: it is how the run ends, when all others are read.
  void refuse(const Error& why);
  /// Error: that of the last file that was not read.
  Status refused() const { return refused_; }

  /// Lines of that file that were added so far.
  uint64_t lines_of(size_t file_number) const {
    return file_number == file_number_ ? lines_before_ : 0;
  }

  bool keeps_raw() const { return fd_ >= 0; }
  uint64_t count() const { return count_; }
  /// Tells how many were not told one by one, if any, and the reason of most of these. A file
  /// without rejects gets its name only if the run was `good`. Errors: as `add`.
  Status finish(bool good);

 private:
  Status open_kept(const std::string& path, Keep keep);
  Status keep(std::string_view lines);
  Status publish();

  std::string tool_;
  std::function<void(const std::string&)> log_;
  std::string path_;
  stream::NewFile new_file_;  // none where the file is appended to
  int fd_ = -1;               // of new_file_, or ours
  std::optional<size_t> file_number_;
  uint64_t lines_before_ = 0;
  uint64_t count_ = 0;
  Status refused_;
  RejectKinds unlogged_;  // those behind the first kMaxLogged
};

}  // namespace pinpipe::ndjson
