// An input whose form is told before anything of it is read: NDJSON goes through as it comes.
//
// This stage stands between the bytes of an input and its lines, so that what is behind it knows
// lines only.
#pragma once

#include <cstdint>
#include <string>

#include "stream/input.h"

namespace pinpipe::ndjson {

class FormReader {
 public:
  /// So much of an input is looked at, at most, while none of its lines is a JSON object.
  static constexpr size_t kLookedAt = 64 * 1024;

  /// With `arrays`, lines may be JSON arrays: replies are.
  FormReader(stream::Input input, bool arrays) : input_(std::move(input)), arrays_(arrays) {}

  /// As Input::read. Errors: those, and an input that is not NDJSON, of which nothing is given.
  Result<stream::Input::Read> read(char* into, size_t most, int wait_ms);

  /// Whether the error of `read` was that the input is not NDJSON.
  bool is_foreign() const { return is_foreign_; }

  void interrupt() { input_.interrupt(); }
  const std::string& name() const { return input_.name(); }
  uint64_t bytes_read() const { return input_.bytes_read(); }

 private:
  Result<stream::Input::Got> look(int wait_ms);
  Status decide(bool is_all);

  stream::Input input_;
  bool arrays_;
  std::string head_;      // read to decide
  size_t head_used_ = 0;  // so much of it has been given out
  size_t looked_at_ = 0;  // so much of it are lines that are no JSON objects
  bool is_decided_ = false;
  bool is_foreign_ = false;
};

}  // namespace pinpipe::ndjson
