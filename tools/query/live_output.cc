#include "live_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "request.h"

namespace pinpipe {

using query::Format;

LiveOutput::~LiveOutput() {
  if (fd_ >= 0) ::close(fd_);
}

Status LiveOutput::open(uint64_t bytes) {
  const std::string& path = tool_->output_path();
  const bool is_stream = path == "-";
  if (!grows_ || is_stream) {
    bytes_ = bytes;
    if (!replaces_ || is_stream) output_ = TRY(tool_->open_output());
    return {};
  }
  if (replaces_) return {};
  if (tool_->compresses_output()) {
    return Error{"--state does not go with output that is compressed",
                 "a file of it cannot be cut back to where the state is"};
  }
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) return system_error("write", path, errno);
  const off_t size = lseek(fd_, 0, SEEK_END);
  if (size < static_cast<off_t>(bytes)) {
    return Error{"'" + path + "' is shorter than when its state was kept",
                 "remove the state to begin anew"};
  }
  if (ftruncate(fd_, static_cast<off_t>(bytes)) != 0) return system_error("cut", path, errno);
  lseek(fd_, static_cast<off_t>(bytes), SEEK_SET);
  bytes_ = bytes;
  has_header_ = bytes > 0;
  return {};
}

/// Whether a terminal shows the newest answers in place of those before.
bool LiveOutput::is_picture() const {
  const bool is_for_people = format_.format == Format::table || format_.format == Format::chart;
  return is_for_people && tool_->output_path() == "-" && isatty(STDOUT_FILENO) != 0;
}

std::string LiveOutput::text_of(std::span<const query::Answer> answers) {
  auto options = tool_->output_path() == "-" ? on_stdout(format_) : format_;
  options.has_header = !has_header_ || replaces_;
  has_header_ = true;
  const std::string text = query::formatted(answers, options);
  return is_picture() ? "\x1b[H\x1b[J" + text : text;
}

Status LiveOutput::write(std::span<const query::Answer> answers, std::string_view rows) {
  const std::string text = text_of(answers).append(rows);
  bytes_ += text.size();
  if (fd_ >= 0) return stream::write_all(fd_, text, tool_->output_path());
  if (output_) return output_->write(text, true);
  auto whole = TRY(tool_->open_output());
  TRY(whole.write(text, true));
  return whole.commit();
}

Status LiveOutput::close() { return output_ ? output_->commit() : Status(); }

}  // namespace pinpipe
