#include "stream/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "stream/compression.h"
#include "stream/file_id.h"

namespace pinpipe::stream {
namespace {

constexpr size_t kPiece = 1024 * 1024;  // what is compressed at once: the encoder holds it all

bool ends_in_zst(const std::string& path) { return path.ends_with(".zst"); }

/// What a rename would replace, rather than write to: /dev/null, a named pipe.
bool is_device(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

/// A name that promises a compression that is not written here.
Status check_name(const std::string& path) {
  static constexpr std::pair<std::string_view, std::string_view> kEndings[] = {
      {".gz", "gzip"}, {".bz2", "bzip2"}, {".xz", "xz"}, {".zip", "zip"}};
  for (const auto& [ending, format] : kEndings) {
    if (!path.ends_with(ending)) continue;
    const auto stem = path.substr(0, path.size() - ending.size());
    return Error{"cannot write " + std::string(format) + ": '" + path + "'",
                 "'" + stem + ".zst' compresses with zstd"};
  }
  return {};
}

}  // namespace

Status write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(fd, bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.remove_prefix(size_t(size));
    } else if (errno == EAGAIN) {  // someone made our end of the pipe non-blocking
      pollfd writable{fd, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return system_error("write", name, errno);
    }
  }
  return {};
}

Result<Output> Output::open(const OutputOptions& options) {
  TRY(check_name(options.path));
  Output output(options.path == "-" ? "stdout" : options.path);
  TRY(output.open_target(options.path));
  output.before_write_ = options.before_write;
  output.is_terminal_ = isatty(output.fd_);
  enlarge_pipe(output.fd_);
  if (options.zstd_level || ends_in_zst(options.path)) {
    output.zstd_ = std::make_unique<ZstdEncoder>(options.zstd_level.value_or(kDefaultZstdLevel),
                                                 options.threads);
  }
  return output;
}

Status Output::open_target(const std::string& path) {
  const auto target = TRY(path == "-" ? Target{path, STDOUT_FILENO} : find_target(path));
  if (target.descriptor == STDOUT_FILENO) {
    fd_ = STDOUT_FILENO;
  } else if (target.descriptor >= 0) {
    fd_ = fcntl(target.descriptor, F_DUPFD_CLOEXEC, 3);
  } else if (is_device(target.path)) {
    fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    auto file = TRY(NewFile::create(path));
    file_ = std::move(file);
    fd_ = file_.fd();
  }
  return fd_ < 0 ? system_error("write", path, errno) : Status();
}

Output::Output(std::string name) : name_(std::move(name)) {}

Output::Output(Output&& other) noexcept { *this = std::move(other); }

Output& Output::operator=(Output&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(name_, other.name_);
  std::swap(file_, other.file_);
  std::swap(zstd_, other.zstd_);
  std::swap(before_write_, other.before_write_);
  std::swap(is_terminal_, other.is_terminal_);
  return *this;
}

Output::~Output() {
  if (fd_ > STDOUT_FILENO && fd_ != file_.fd()) close(fd_);
}

Status Output::write(std::string_view bytes, bool flush) {
  if (is_terminal_ && before_write_) before_write_();
  if (!zstd_) return write_all(fd_, bytes, name_);
  do {
    const auto piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    auto packed =
        TRY(zstd_->encode(piece, flush && bytes.empty() ? ZSTD_e_flush : ZSTD_e_continue));
    TRY(write_all(fd_, packed, name_));
  } while (!bytes.empty());
  return {};
}

Status Output::commit() {
  if (before_write_) before_write_();
  if (zstd_) {
    auto packed = TRY(zstd_->encode({}, ZSTD_e_end));
    TRY(write_all(fd_, packed, name_));
    zstd_.reset();
  }
  return file_.is_hidden() ? file_.publish() : close_descriptor();
}

/// What a file system tells only at the end.
Status Output::close_descriptor() {
  const int fd = std::exchange(fd_, -1);
  if (close(fd) != 0 && errno != EBADF) return system_error("write", name_, errno);
  return {};
}

}  // namespace pinpipe::stream
