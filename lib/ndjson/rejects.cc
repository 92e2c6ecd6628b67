#include "ndjson/rejects.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "ndjson/base64.h"
#include "ndjson/json_string.h"
#include "ndjson/scan.h"

namespace pinpipe::ndjson {
namespace {

std::string json_line(const std::string& tool, const std::string& file, uint64_t line,
                      const Reject& reject) {
  std::string text = "{\"tool\":";
  append_quoted(tool, text);
  text += ",\"file\":";
  append_quoted(is_utf8(file) ? file : "?", text);
  text += ",\"line\":" + std::to_string(line) + ",\"reason\":";
  append_quoted(is_utf8(reject.reason) ? reject.reason : "?", text);
  if (is_utf8(reject.raw)) {
    text += ",\"raw\":";
    append_quoted(reject.raw, text);
  } else {
    text += ",\"raw_base64\":\"" + base64(reject.raw) + "\"";
  }
  if (reject.cut_from > 0) text += ",\"raw_cut_from\":" + std::to_string(reject.cut_from);
  return text + "}\n";
}

}  // namespace

RejectLog::RejectLog(std::string tool, std::function<void(const std::string&)> tell)
    : tool_(std::move(tool)), tell_(std::move(tell)) {}

RejectLog::~RejectLog() {
  if (fd_ >= 0) close(fd_);
}

Status RejectLog::keep_in(const std::string& path) {
  path_ = path;
  fd_ = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd_ < 0) return system_error("write", path, errno);
  return {};
}

Status RejectLog::add(const std::string& file, size_t file_number, uint64_t lines,
                      const std::vector<Reject>& rejects) {
  if (file_number != file_number_) {
    file_number_ = file_number;
    lines_before_ = 0;
  }
  for (const auto& reject : rejects) {
    const uint64_t line = lines_before_ + reject.line;
    if (++count_ <= kMostTold) {
      tell_(tool_ + ": " + file + ":" + std::to_string(line) + ": " + reject.reason);
    } else {
      untold_.add(reject.reason);
    }
    if (fd_ < 0) continue;
    if (auto status = keep(json_line(tool_, file, line, reject)); !status.ok()) return status;
  }
  lines_before_ += lines;
  return {};
}

Status RejectLog::keep(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(fd_, bytes.data(), bytes.size());
    if (size < 0 && errno != EINTR) return system_error("write", path_, errno);
    if (size > 0) bytes.remove_prefix(size_t(size));
  }
  return {};
}

Status RejectLog::finish() {
  if (count_ > kMostTold) {
    tell_(tool_ + ": and " + std::to_string(count_ - kMostTold) + " more lines rejected, " +
          std::to_string(count_) + " in all, most: " + untold_.most() +
          (fd_ < 0 ? "; --rejects FILE keeps them" : "; see '" + path_ + "'"));
  }
  const int fd = std::exchange(fd_, -1);
  if (fd >= 0 && close(fd) != 0) return system_error("write", path_, errno);
  return {};
}

}  // namespace pinpipe::ndjson
