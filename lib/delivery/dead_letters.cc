#include "delivery/dead_letters.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "json/writer.h"
#include "stream/output.h"
#include "wire/fields.h"

namespace pinpipe::delivery {
namespace {

std::string letter(const Request& request, const std::vector<std::string_view>& records,
                   std::string_view reason, int status) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.member(wire::row_of(request.protocol).destination(), request.destination);
  writer.key(wire::line_field::kPayload);
  writer.raw(body_of(request, records));
  writer.member(wire::line_field::kReason, reason);
  writer.key(wire::line_field::kStatus);
  status == 0 ? writer.null() : writer.value(status);
  writer.end_object();
  return line + "\n";
}

}  // namespace

std::vector<std::string> dead_letters(const Request& request,
                                      const std::vector<std::string_view>& records,
                                      std::string_view reason, int status) {
  if (!wire::row_of(request.protocol).list.empty())
    return {letter(request, records, reason, status)};
  std::vector<std::string> lines;
  for (const auto record : records) lines.push_back(letter(request, {record}, reason, status));
  return lines;
}

Result<DeadLetterFile> DeadLetterFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return system_error("write", path, errno);
  DeadLetterFile file(fd, path);
  TRY(file.end_last_line());
  return file;
}

DeadLetterFile::DeadLetterFile(DeadLetterFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

DeadLetterFile::~DeadLetterFile() {
  if (fd_ >= 0) ::close(fd_);
}

/// Our first line must not become the end of a line that another program left unfinished.
Status DeadLetterFile::end_last_line() {
  struct stat info;
  if (fstat(fd_, &info) != 0) return system_error("write", path_, errno);
  char last = '\n';
  if (S_ISREG(info.st_mode) && info.st_size > 0 && pread(fd_, &last, 1, info.st_size - 1) != 1)
    return system_error("read", path_, errno);
  return last == '\n' ? Status() : append("\n");
}

Status DeadLetterFile::append(std::string_view lines) {
  const off_t before = lseek(fd_, 0, SEEK_END);  // -1 for a pipe or a terminal
  auto status = stream::write_all(fd_, lines, path_);
  // Half a line would spoil the file for who sends it again.
  if (!status.ok() && before >= 0 && ftruncate(fd_, before) != 0) return status;
  return status;
}

Status DeadLetterFile::close() {
  const int fd = std::exchange(fd_, -1);
  if (::close(fd) != 0) return system_error("write", path_, errno);
  return {};
}

}  // namespace pinpipe::delivery
