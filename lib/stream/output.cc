#include "stream/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "stream/pipe_size.h"
#include "stream/zstd_codec.h"

namespace pinpipe::stream {
namespace {

// Names of temporary files, for remove_temporary_files(): fixed room, because a signal handler may
// not allocate.
struct TemporaryName {
  std::atomic<bool> used = false;
  char path[4096];
};
std::array<TemporaryName, 16> temporary_names;

void remember(const std::string& path) {
  for (auto& name : temporary_names) {
    if (path.size() >= sizeof name.path || name.used) continue;
    std::memcpy(name.path, path.c_str(), path.size() + 1);
    name.used = true;
    return;
  }
}

void forget(const std::string& path) {
  for (auto& name : temporary_names) {
    if (name.used && path == name.path) name.used = false;
  }
}

bool ends_in_zst(const std::string& path) { return path.ends_with(".zst"); }

/// Whether `path` is something that a rename would replace, rather than write to: /dev/null, a
/// named pipe.
bool is_device(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
}

/// The permissions to give a file: those it had, or those of a plain open().
mode_t mode_for(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) == 0) return info.st_mode & 07777;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/// What `path` stands for: a rename must replace the file, not the link to it.
std::string without_links(const std::string& path) {
  std::error_code error;
  const auto target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

}  // namespace

void remove_temporary_files() {
  for (auto& name : temporary_names) {
    if (name.used) unlink(name.path);
  }
}

Output::Output(int fd, std::string path, std::string temporary)
    : fd_(fd),
      name_(path == "-" ? "stdout" : path),
      path_(std::move(path)),
      temporary_(std::move(temporary)) {}

Result<Output> Output::open(const OutputOptions& options) {
  const bool standard = options.path == "-";
  const std::string path = standard ? "-" : without_links(options.path);
  std::string temporary;
  int fd = STDOUT_FILENO;
  if (!standard && is_device(path)) {
    fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  } else if (!standard) {
    temporary = path + ".XXXXXX";
    fd = mkostemp(temporary.data(), O_CLOEXEC);
    if (fd >= 0) remember(temporary);
  }
  if (fd < 0) return system_error("write", options.path, errno);
  enlarge_pipe(fd);
  Output output(fd, path, temporary);
  if (!temporary.empty() && fchmod(fd, mode_for(path)) != 0)
    return system_error("write", path, errno);
  if (options.zstd_level || ends_in_zst(path)) {
    output.zstd_ = std::make_unique<ZstdEncoder>(options.zstd_level.value_or(kDefaultZstdLevel),
                                                 options.threads);
  }
  return output;
}

Output::Output(Output&& other) noexcept { *this = std::move(other); }

Output& Output::operator=(Output&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(name_, other.name_);
  std::swap(path_, other.path_);
  std::swap(temporary_, other.temporary_);
  std::swap(zstd_, other.zstd_);
  return *this;
}

Output::~Output() { discard(); }

void Output::discard() {
  if (fd_ > STDOUT_FILENO) close(fd_);
  fd_ = -1;
  if (temporary_.empty()) return;
  unlink(temporary_.c_str());
  forget(temporary_);
  temporary_.clear();
}

Status Output::write(std::string_view bytes, bool flush) {
  if (!zstd_) return write_file(bytes);
  auto packed = zstd_->encode(bytes, flush ? ZSTD_e_flush : ZSTD_e_continue);
  if (!packed.ok()) return packed.error();
  return write_file(packed.value());
}

Status Output::write_file(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(fd_, bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.remove_prefix(size_t(size));
    } else if (errno == EAGAIN) {  // someone made our end of the pipe non-blocking
      pollfd writable{fd_, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return system_error("write", name_, errno);
    }
  }
  return {};
}

Status Output::commit() {
  if (zstd_) {
    auto packed = zstd_->encode({}, ZSTD_e_end);
    if (!packed.ok()) return packed.error();
    if (auto status = write_file(packed.value()); !status.ok()) return status;
    zstd_.reset();
  }
  const int fd = std::exchange(fd_, -1);
  if (close(fd) != 0 && errno != EBADF) return system_error("write", name_, errno);
  if (temporary_.empty()) return {};
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return system_error("write", path_, errno);
  forget(temporary_);
  temporary_.clear();
  return {};
}

}  // namespace pinpipe::stream
