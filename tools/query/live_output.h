// Where answers that move are written to: standard output as they come, where a terminal shows the
// newest; a file replaced by each snapshot; one that grows, and is cut back by who goes on; or one
// that is whole at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "cli/tool.h"
#include "query/answer.h"
#include "query/format.h"
#include "stream/output.h"

namespace pinpipe {

class LiveOutput {
 public:
  /// `replaces`: each write is all that there is to know. `grows`: a later run may go on.
  LiveOutput(const cli::Tool& tool, const query::FormatOptions& format, bool replaces, bool grows)
      : tool_(&tool), format_(format), replaces_(replaces), grows_(grows) {}
  ~LiveOutput();
  LiveOutput(const LiveOutput&) = delete;

  /// Where it grows, from `bytes` on: what is behind them is cut off. Errors: I/O.
  Status open(uint64_t bytes);
  /// All at once, `rows` of NDJSON behind the answers; what is written can be read on return.
  Status write(std::span<const query::Answer> answers, std::string_view rows = "");
  Status close();
  /// That were written, those of earlier runs included.
  uint64_t bytes() const { return bytes_; }

 private:
  bool is_picture() const;
  std::string text_of(std::span<const query::Answer> answers);

  const cli::Tool* tool_;
  query::FormatOptions format_;
  bool replaces_;
  bool grows_;
  std::optional<stream::Output> output_;
  int fd_ = -1;  // of a file that grows
  uint64_t bytes_ = 0;
  bool has_header_ = false;
};

}  // namespace pinpipe
