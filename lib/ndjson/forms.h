// What an input is where it is not NDJSON, by its first bytes: another form of JSON, which is read;
// or a compressed file, a table and the like, which is named.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "ndjson/value_splitter.h"

namespace pinpipe::ndjson {

struct Form {
  std::string_view name;     ///< "CSV"
  std::string_view command;  ///< that makes NDJSON of the file {}; "" where there is none
  std::string_view filter;   ///< that makes NDJSON of its standard input; "" where there is none
  std::string_view advice;   ///< in place of a command
};

/// What the start of an input shows.
struct Recognised {
  const Form* form = nullptr;         ///< that is not read
  bool needs_more = false;            ///< more bytes may show a form
  bool is_magic = false;              ///< these bytes begin nothing else
  std::optional<Layout> layout = {};  ///< of another form of JSON
};

/// Looks at `head`, the start of an input; all of it if `is_all`. With `arrays`, lines may be JSON
/// arrays.
Recognised recognise(std::string_view head, bool is_all, bool arrays = false);

/// Whether `line` is a whole JSON object, which makes its input NDJSON.
bool is_object_line(std::string_view line);

/// "cannot read 'posts.csv': it is CSV, not NDJSON", with the command that makes NDJSON of it.
/// `name` is a path, or "stdin"; `compression` is what it is within, or "".
Error not_ndjson(const Form& form, const std::string& name, std::string_view compression = "");

}  // namespace pinpipe::ndjson
