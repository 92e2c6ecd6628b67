// What undoes the compression of an input, whatever it is.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::stream {

class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Decodes from `in` to `into`, no more than fits; removes from `in` what was taken. Returns
  /// bytes written; nothing only where `in` is used up. Errors: corrupt data, and what is not for
  /// us; all that comes before it has been returned.
  virtual Result<size_t> decode(std::string_view& in, char* into, size_t most) = 0;

  /// Whether the input so far ends with a whole frame or member.
  virtual bool at_frame_end() const = 0;

  /// "zstd", "gzip"
  virtual std::string_view format() const = 0;
};

/// What is wrong with an input of `format` that has something else behind a whole frame or member.
inline Error something_else_behind(std::string_view format) {
  return {std::string(format) + " data with something else behind it",
          "give what is of several formats as several files"};
}

/// Whether the first bytes of an input can be those of a format. `certain` is false while more
/// bytes are needed to tell.
struct Guess {
  bool is_format;
  bool certain;
};

}  // namespace pinpipe::stream
