#include "stream/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stream/compression.h"
#include "stream/file_id.h"

namespace pinpipe::stream {
namespace {

constexpr size_t kCompressedChunk = 128 * 1024;  // what ZSTD_DStreamInSize() recommends, nearly

}  // namespace

Result<Input> Input::open(const std::string& path) {
  const bool standard = path == "-";
  const int fd = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error("open", path, errno);
  const int interrupt_fd = eventfd(0, EFD_CLOEXEC);
  const int failed = errno;
  Input input(fd, interrupt_fd, standard ? "stdin" : path);
  if (interrupt_fd < 0) return system_error("open", input.name(), failed);
  return input;
}

Input::Input(int fd, int interrupt_fd, std::string name)
    : fd_(fd), interrupt_fd_(interrupt_fd), name_(std::move(name)) {
  struct stat info;
  if (fstat(fd_, &info) == 0) can_block_ = !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
  enlarge_pipe(fd_);
}

Input::Input(Input&& other) noexcept { *this = std::move(other); }

Input& Input::operator=(Input&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(interrupt_fd_, other.interrupt_fd_);
  std::swap(can_block_, other.can_block_);
  std::swap(sniffed_, other.sniffed_);
  std::swap(name_, other.name_);
  std::swap(head_, other.head_);
  std::swap(head_used_, other.head_used_);
  std::swap(at_end_, other.at_end_);
  std::swap(bytes_read_, other.bytes_read_);
  std::swap(decoder_, other.decoder_);
  return *this;
}

Input::~Input() {
  if (fd_ > STDIN_FILENO) close(fd_);
  if (interrupt_fd_ >= 0) close(interrupt_fd_);
}

void Input::interrupt() {
  if (eventfd_write(interrupt_fd_, 1) != 0)
    return;  // it cannot fail on a counter below its maximum
}

std::string_view Input::compression() const { return decoder_ ? decoder_->format() : ""; }

Input::Got Input::wait(int wait_ms) {
  if (!can_block_) return Got::bytes;
  pollfd fds[2] = {{fd_, POLLIN, 0}, {interrupt_fd_, POLLIN, 0}};
  for (;;) {
    const int ready = poll(fds, 2, wait_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0 && fds[1].revents != 0) return Got::end;
    return ready == 0 ? Got::nothing_yet : Got::bytes;
  }
}

Result<Input::Read> Input::read_file(char* into, size_t most, int wait_ms) {
  if (at_end_) return Read{Got::end, 0};
  for (;;) {
    if (const Got got = wait(wait_ms); got != Got::bytes) return Read{got, 0};
    const ssize_t size = ::read(fd_, into, most);
    if (size > 0) {
      bytes_read_ += size;
      return Read{Got::bytes, size_t(size)};
    }
    if (size == 0) {
      at_end_ = true;
      return Read{Got::end, 0};
    }
    if (errno != EINTR && errno != EAGAIN) return system_error("read", name_, errno);
  }
}

/// Reads just enough to tell whether the input is compressed.
Result<Input::Got> Input::sniff(int wait_ms) {
  for (;;) {
    auto decoder = decoder_for(head_);
    if (decoder || (at_end_ && !head_.empty())) {
      sniffed_ = true;
      if (decoder) decoder_ = std::move(*decoder);
      return Got::bytes;
    }
    char bytes[4];
    auto read = TRY(read_file(bytes, sizeof bytes - head_.size(), wait_ms));
    if (read.got == Got::nothing_yet || (read.got == Got::end && head_.empty())) return read.got;
    head_.append(bytes, read.size);
  }
}

Result<Input::Read> Input::read(char* into, size_t most, int wait_ms) {
  if (!sniffed_) {
    auto got = TRY(sniff(wait_ms));
    if (got != Got::bytes) return Read{got, 0};
  }
  if (decoder_) return read_compressed(into, most, wait_ms);
  if (head_used_ < head_.size()) {
    const size_t size = std::min(most, head_.size() - head_used_);
    std::memcpy(into, head_.data() + head_used_, size);
    head_used_ += size;
    return Read{Got::bytes, size};
  }
  return read_file(into, most, wait_ms);
}

Result<Input::Read> Input::read_compressed(char* into, size_t most, int wait_ms) {
  for (;;) {
    // Even with no new input the decoder may hold output that did not fit the last time.
    std::string_view in(head_.data() + head_used_, head_.size() - head_used_);
    auto size = decoder_->decode(in, into, most);
    if (!size.ok()) {
      return Error{"cannot read '" + name_ + "': " + size.error().what, size.error().hint};
    }
    head_used_ = head_.size() - in.size();
    if (size.value() > 0) return Read{Got::bytes, size.value()};
    if (!in.empty()) continue;

    head_.resize(kCompressedChunk);
    auto read = read_file(head_.data(), head_.size(), wait_ms);
    head_.resize(read.ok() ? read->size : 0);
    head_used_ = 0;
    if (!read.ok() || read->got == Got::nothing_yet) return read;
    if (read->got == Got::end && at_end_ && !decoder_->at_frame_end()) {
      return Error{
          "cannot read '" + name_ + "': truncated " + std::string(decoder_->format()) + " data",
          "the file is not whole: fetch it again"};
    }
    if (read->got == Got::end) return read;
  }
}

Result<std::string> read_whole(const std::string& path) {
  constexpr size_t kAtOnce = 64 * 1024;
  auto input = TRY(Input::open(path));
  std::string bytes;
  for (;;) {
    const size_t size = bytes.size();
    bytes.resize(size + kAtOnce);
    const auto read = TRY(input.read(bytes.data() + size, kAtOnce, -1));
    bytes.resize(size + read.size);
    if (read.got == Input::Got::end) return bytes;
  }
}

}  // namespace pinpipe::stream
