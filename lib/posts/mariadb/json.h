// Values of the database as JSON.
//
// The client library has them as text, in the digits and forms of the server's own text protocol;
// here they get quotes and escapes, and are checked: a BLOB need not be UTF-8.
#pragma once

#include <mysql.h>

#include <cstdint>
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"

namespace pinpipe::posts {

enum class ColumnForm : uint8_t { number, bits, text };

/// How values of `field` are written: BIT as an unsigned integer, other numbers with their digits,
/// the rest (dates and times, ENUM, JSON, BLOB) as text.
ColumnForm form_of(const MYSQL_FIELD& field);

/// Appends `value`, which is not NULL, in `form`. Errors: there is no JSON for it: "is not UTF-8".
Status append_value(ColumnForm form, std::string_view value, Buffer& to);

/// Appends `text` as a JSON string with the fewest escapes. Errors: it is not UTF-8.
Status append_text(std::string_view text, Buffer& to);

}  // namespace pinpipe::posts
