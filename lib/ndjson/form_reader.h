// An input whose form is told before anything of it is read: NDJSON goes through as it comes, other
// forms of JSON are rewritten to it.
//
// This stage stands between the bytes of an input and its lines, so that what is behind it knows
// lines only. Where they are not those of the file, it knows their places.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "ndjson/value_splitter.h"
#include "stream/input.h"

namespace pinpipe::ndjson {

class FormReader {
 public:
  /// So much of an input is looked at, at most, while none of its lines is a JSON object.
  static constexpr size_t kLookedAt = 64 * 1024;

  /// And so much, while its first line is the start of an object, or a whole one, and has no end.
  static constexpr size_t kFirstLine = 8 * 1024 * 1024;

  /// With `arrays`, lines may be JSON arrays: replies are. Lines beyond `max_line` need not be
  /// read.
  FormReader(stream::Input input, bool arrays, size_t max_line)
      : input_(std::move(input)), arrays_(arrays), max_line_(max_line) {}

  /// As Input::read. Errors: those, and an input that is not NDJSON, of which nothing is given.
  Result<stream::Input::Read> read(char* into, size_t most, int wait_ms);

  /// Whether the error of `read` was that the input is not NDJSON.
  bool is_foreign() const { return is_foreign_; }

  /// Of an input that is rewritten, so that its lines are not those of the file; else nullptr.
  ValueSplitter* splitter() { return splitter_ ? &*splitter_ : nullptr; }

  void interrupt() { input_.interrupt(); }
  const std::string& name() const { return input_.name(); }
  uint64_t bytes_read() const { return input_.bytes_read(); }

 private:
  Result<stream::Input::Got> look(int wait_ms);
  bool may_decide(std::string_view more) const;
  Status decide(bool is_end);
  bool may_show_layout(bool is_end) const;
  Result<stream::Input::Read> read_bytes(char* into, size_t most, int wait_ms);
  Result<stream::Input::Read> read_values(char* into, size_t most, int wait_ms);
  Result<stream::Input::Got> split_more(int wait_ms);

  stream::Input input_;
  bool arrays_;
  size_t max_line_;
  Buffer head_;           // read to decide
  size_t head_used_ = 0;  // so much of it has been given out
  size_t looked_at_ = 0;  // so much of it are lines that are not JSON objects
  bool is_decided_ = false;
  bool is_foreign_ = false;
  std::optional<ValueSplitter> splitter_;
  bool is_finished_ = false;  // splitter_
  Buffer bytes_;              // for splitter_
  Buffer lines_;              // of splitter_
  size_t lines_used_ = 0;     // so much of them has been given out
};

}  // namespace pinpipe::ndjson
