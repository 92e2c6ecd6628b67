// Whether the value of a clean field has the form that cleaning gives it.
#pragma once

#include <string_view>

#include "json/scanner.h"
#include "record/schema.h"

namespace pinpipe::query {

struct ValueFault {
  std::string_view what;  ///< "is no integer"; empty: all is well
  bool cleaning_helps = true;
};

/// Whether a clean record can have a value of `kind` in `field`.
bool may_be(const record::Field& field, json::Kind kind);

/// Whether `array`, a checked JSON array, is [latitude, longitude]: two numbers.
bool is_coordinates(std::string_view array);

/// Why `value` cannot be the value of `field` in a clean record. Null always can.
ValueFault fault_of(const record::Field& field, const json::Member& value);

}  // namespace pinpipe::query
