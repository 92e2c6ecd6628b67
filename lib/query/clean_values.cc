#include "query/clean_values.h"

#include "json/string.h"
#include "record/values.h"

namespace pinpipe::query {
namespace {

using json::Kind;

/// Whether an element of a checked array, with blanks before it, is a number: only those start so.
bool is_number_element(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '-' || (text[first] >= '0' && text[first] <= '9'));
}

bool is_timestamp(const json::Member& value) {
  if (value.kind != Kind::string) return false;
  std::string scratch;
  const auto text = json::unescape(json::inside_quotes(value.value), scratch);
  return record::to_timestamp(text).has_value();
}

ValueFault integer_fault(const json::Member& value) {
  if (value.kind != Kind::number || !record::is_integer(value.value)) return {"is no integer"};
  if (!record::to_int64(value.value)) return {"is beyond 64 bits", false};
  return {};
}

ValueFault fault_unless(bool well, std::string_view what) {
  return well ? ValueFault{} : ValueFault{what};
}

}  // namespace

bool may_be(const record::Field& field, Kind kind) {
  if (kind == Kind::null) return true;
  switch (field.type) {
    case record::Type::integer:
    case record::Type::real:
      return kind == Kind::number;
    case record::Type::text:
    case record::Type::timestamp:
      return kind == Kind::string;
    case record::Type::coordinates:
      return kind == Kind::array;
  }
  return false;
}

bool is_coordinates(std::string_view array) {
  const std::string_view inside = array.substr(1, array.size() - 2);
  const size_t comma = inside.find(',');
  if (comma == inside.npos) return false;
  const std::string_view second = inside.substr(comma + 1);
  return is_number_element(inside) && is_number_element(second) && second.find(',') == second.npos;
}

ValueFault fault_of(const record::Field& field, const json::Member& value) {
  if (value.kind == Kind::null) return {};
  switch (field.type) {
    case record::Type::integer:
      return integer_fault(value);
    case record::Type::text:
      return fault_unless(value.kind == Kind::string, "is no text");
    case record::Type::real:
      return fault_unless(value.kind == Kind::number, "is no number");
    case record::Type::timestamp:
      return fault_unless(is_timestamp(value), "is no timestamp");
    case record::Type::coordinates:
      return fault_unless(value.kind == Kind::array && is_coordinates(value.value),
                          "is no [latitude, longitude]");
  }
  return {"is of no known type"};
}

}  // namespace pinpipe::query
