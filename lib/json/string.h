// JSON strings as bytes: read without copying where possible, written escaped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/buffer.h"

namespace pinpipe::json {

/// What is between the quotes of a checked string token.
inline std::string_view inside_quotes(std::string_view token) {
  return {token.data() + 1, token.size() - 2};
}

/// Whether all escapes in `text` are those of JSON, and no half of a surrogate pair is alone.
bool valid_escapes(std::string_view text);

/// Appends what `escaped`, the inside of a checked string, stands for: UTF-8, escapes resolved.
void append_unescaped(std::string_view escaped, Buffer& to);
void append_unescaped(std::string_view escaped, std::string& to);

/// What `escaped` stands for; `scratch` is used, and the view lives as long as it, only if there
/// are escapes.
std::string_view unescape(std::string_view escaped, std::string& scratch);

/// Whether what `escaped` stands for is nothing but ASCII blanks (space, \t \n \v \f \r), or empty.
bool is_ascii_blank(std::string_view escaped);

/// Bytes of `escaped` that stand for the ASCII text `prefix`; 0 where it does not start so.
size_t escaped_prefix(std::string_view escaped, std::string_view prefix);

/// Appends `text` (UTF-8) as a JSON string with its quotes; only what must be escaped is.
void append_quoted(std::string_view text, Buffer& to);
void append_quoted(std::string_view text, std::string& to);
std::string quoted(std::string_view text);

/// Appends `value`, a checked JSON text, without the blanks between its tokens.
void append_compact(std::string_view value, Buffer& to);

}  // namespace pinpipe::json
