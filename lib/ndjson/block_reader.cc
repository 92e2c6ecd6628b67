#include "ndjson/block_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"

namespace pinpipe::ndjson {
namespace {

constexpr size_t kOverlongKept = 64 * 1024;
// A line ending and a byte order mark may come on top of max_line; the exact check is the line's
// own.
constexpr size_t kNotTheLine = 4;
// A long line is read in steps of this: what is read behind its end has to be copied.
constexpr size_t kStep = 256 * 1024;

using stream::Flow;
using stream::Input;

/// Bytes up to and with the last newline.
size_t whole_lines(const char* bytes, size_t size) {
  if (size == 0) return 0;  // `bytes` may be null
  const void* last = memrchr(bytes, '\n', size);
  return last == nullptr ? 0 : static_cast<const char*>(last) - bytes + 1;
}

/// Lines of `text`, one at least; the last may have no newline. A call of memchr for each costs a
/// tenth of what std::count does.
size_t count_lines(std::string_view text) {
  size_t lines = 1;
  for (size_t at = text.find('\n'); at < text.size() - 1; at = text.find('\n', at + 1)) ++lines;
  return lines;
}

/// How many carriage returns `text` ends in: they belong to the end of the line.
size_t trailing_returns(std::string_view text) {
  const size_t last = text.find_last_not_of('\r');
  return last == text.npos ? text.size() : text.size() - last - 1;
}

}  // namespace

std::string_view start_of_overlong(std::string_view line) {
  return cut_to_bytes(line, kOverlongKept);
}

BlockReader::BlockReader(std::vector<std::string> files, BlockOptions options)
    : files_(std::move(files)),
      options_(std::move(options)),
      file_(options_.first_file),
      lines_to_skip_(options_.first_lines) {}

void BlockReader::interrupt() {
  const MutexLock lock(mutex_);
  interrupted_ = true;
  excess_given_back_.notify_all();
  if (interruptible_ != nullptr) interruptible_->interrupt();
}

void BlockReader::give_back(Block& block) {
  if (block.excess == 0) return;
  pinpipe::give_back(block.bytes);
  block.size = block.worked = 0;
  const MutexLock lock(mutex_);
  excess_ -= std::exchange(block.excess, 0);
  excess_given_back_.notify_all();
}

/// Waits until `block` may grow to `size` bytes. Blocks that are waited for were read before it, so
/// that they can be collected without it.
void BlockReader::take_excess(Block& block, size_t size) {
  const size_t excess = size - std::min(size, options_.block_size);
  if (excess <= block.excess) return;
  const MutexLock lock(mutex_);
  while (!interrupted_ && others_excess(block) > 0 && others_excess(block) + excess > kMaxExcess) {
    excess_given_back_.wait(mutex_);
  }
  excess_ += excess - block.excess;
  block.excess = excess;
}

Status BlockReader::open_next() {
  auto opened = TRY(Input::open(files_[file_]));
  input_.emplace(std::move(opened), options_.arrays, options_.max_line);
  at_start_ = true;
  const MutexLock lock(mutex_);
  interruptible_ = &*input_;
  if (interrupted_) input_->interrupt();
  return {};
}

Result<Flow> BlockReader::next(Block& block) {
  give_back(block);
  for (; file_ < files_.size(); ++file_) {
    if (!input_) {
      TRY(open_next());
    }
    auto flow = fill(block);
    if (!flow.ok() && input_->is_foreign()) {
      block.foreign = flow.error();
      pending_error_.reset();
      flow = Flow::more;
      ++file_;
      close();
      return flow;
    }
    if (flow.ok() && flow.value() == Flow::more && lines_to_skip_ > 0) skip_lines(block);
    if (!flow.ok() || flow.value() == Flow::more) return flow;
    close();
    if (lines_to_skip_ > 0) {
      return Error{"'" + files_[file_] + "' ends " + std::to_string(lines_to_skip_) +
                       " lines before the one to go on with",
                   "it is not the file that was read before"};
    }
  }
  return Flow::end;
}

void BlockReader::close() {
  {
    const MutexLock lock(mutex_);
    interruptible_ = nullptr;
  }
  input_.reset();
}

/// Reads until there are whole lines and reading on would block, or the block is full.
Result<Flow> BlockReader::fill(Block& block) {
  if (pending_error_) return *pending_error_;
  begin(block);
  size_t searched = 0;  // so many bytes have been looked through for a newline
  for (;;) {
    auto& bytes = block.bytes;
    const size_t lines = whole_lines(bytes.data() + searched, bytes.size() - searched);
    if (lines > 0) block.size = searched + lines;
    searched = bytes.size();
    if (block.size == 0 && bytes.size() > options_.max_line + kNotTheLine) {
      if (idle_told_) return skip_overlong(block);
      block.idle = true;  // what came before must not wait for the end of this line
      return finish(block);
    }
    if (block.size > 0 && bytes.size() >= options_.block_size) return finish(block);

    auto read = read_more(block, wait_ms(block));
    if (!read.ok()) {
      pending_error_ = read.error();
      if (block.size == 0) return *pending_error_;
      bytes.truncate(block.size);
      return finish(block);
    }
    if (read->got == Input::Got::bytes) continue;
    block.idle = true;
    if (read->got == Input::Got::end) {
      block.size = bytes.size();
      idle_told_ = true;
      return block.size > 0 ? finish(block) : Flow::end;
    }
    return finish(block);
  }
}

void BlockReader::begin(Block& block) {
  block.file = input_->name();
  block.file_number = file_;
  block.overlong_bytes = 0;
  block.idle = block.rested = false;
  block.foreign.reset();
  block.places.clear();
  block.size = block.worked = 0;
  block.bytes.clear();
  block.bytes.shrink(4 * options_.block_size);
  block.bytes.append(carry_.view());
  carry_.clear();
  carry_.shrink(4 * options_.block_size);
}

/// How long the next read may wait, -1 for ever: whole lines wait for nothing.
int BlockReader::wait_ms(const Block& block) const {
  if (block.size > 0 || !idle_told_) return 0;
  if (options_.wake_ms) return options_.wake_ms();
  if (!options_.linger_ms) return -1;
  return rested_ ? -1 : std::max(1, *options_.linger_ms / 8);
}

/// Whether nothing has to wait any more for lines to come, and `block` is the first to say so.
bool BlockReader::rests(const Block& block) const {
  if (rested_ || !options_.linger_ms || !block.idle) return false;
  const auto since = std::chrono::steady_clock::now() - lines_at_;
  return since >= std::chrono::milliseconds(*options_.linger_ms);
}

Result<Input::Read> BlockReader::read_more(Block& block, int wait_ms) {
  auto& bytes = block.bytes;
  const size_t most = bytes.size() < options_.block_size
                          ? options_.block_size - bytes.size()
                          : std::min({bytes.size(), options_.max_line, kStep});
  take_excess(block, bytes.size() + most);
  const uint64_t before = input_->bytes_read();
  auto read = input_->read(bytes.room(most), most, wait_ms);
  bytes_read_ += input_->bytes_read() - before;
  block.bytes_read = bytes_read_;
  if (read.ok()) bytes.grew(read->size);
  return read;
}

/// Keeps what is behind the whole lines for the next block.
Flow BlockReader::finish(Block& block) {
  carry_.append({block.bytes.data() + block.size, block.bytes.size() - block.size});
  idle_told_ = block.idle;
  if (block.size == 0) {
    block.rested = rests(block);
    rested_ = rested_ || block.rested;
  } else {
    if (options_.linger_ms) {
      lines_at_ = std::chrono::steady_clock::now();
      rested_ = false;
    }
    block.bytes.truncate(block.size);
    drop_byte_order_mark(block);
    block.size = block.bytes.size();
    take_places(block);
  }
  return Flow::more;
}

/// Takes lines that were read before out of `block`, which may be all.
void BlockReader::skip_lines(Block& block) {
  auto& bytes = block.bytes;
  size_t end = 0;
  uint64_t lines = 0;
  while (end < block.size && lines < lines_to_skip_) {
    end = std::min(bytes.view().find('\n', end), block.size - 1) + 1;
    ++lines;
  }
  lines_to_skip_ -= lines;
  block.overlong_bytes = 0;  // where it is one, it was skipped
  const size_t rest = block.size - end;
  if (rest > 0) std::memmove(bytes.data(), bytes.data() + end, rest);
  bytes.truncate(rest);
  block.size = rest;
  const auto places = std::min<size_t>(lines, block.places.size());
  block.places.erase(block.places.begin(),
                     block.places.begin() + static_cast<std::ptrdiff_t>(places));
}

void BlockReader::take_places(Block& block) {
  auto* splitter = input_->splitter();
  if (splitter == nullptr) return;
  splitter->take_places(count_lines(block.text()), block.places);
}

/// REQUIRES: all of the file's first line is in `block`, or more of it than the mark.
void BlockReader::drop_byte_order_mark(Block& block) {
  auto& bytes = block.bytes;
  if (!std::exchange(at_start_, false) || !bytes.view().starts_with(kByteOrderMark)) return;
  const size_t rest = bytes.size() - kByteOrderMark.size();
  std::memmove(bytes.data(), bytes.data() + kByteOrderMark.size(), rest);
  bytes.truncate(rest);
}

/// Reads to the end of a line longer than max_line, of which `block` keeps the start.
Result<Flow> BlockReader::skip_overlong(Block& block) {
  auto& bytes = block.bytes;
  drop_byte_order_mark(block);
  block.overlong_bytes = bytes.size();
  size_t returns = trailing_returns(bytes.view());
  bool ended = false;
  idle_told_ = false;
  while (!ended) {
    bytes.truncate(
        std::min(bytes.size(), kOverlongKept + 1));  // one more: where a character starts
    const size_t kept = bytes.size();
    auto read = read_more(block, -1);
    if (!read.ok()) pending_error_ = read.error();
    if (!read.ok() || read->got == Input::Got::end) break;
    auto more = bytes.view().substr(kept);
    const size_t newline = more.find('\n');
    ended = newline != more.npos;
    if (ended) {
      carry_.append(more.substr(newline + 1));
      bytes.truncate(kept + newline);
      more = more.substr(0, newline);
    }
    block.overlong_bytes += more.size();
    returns = trailing_returns(more) + (trailing_returns(more) == more.size() ? returns : 0);
  }
  block.overlong_bytes -= returns;
  block.size = start_of_overlong(bytes.view()).size();
  take_places(block);
  return Flow::more;
}

}  // namespace pinpipe::ndjson
