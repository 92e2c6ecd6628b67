// A distinct (user_name, age, date_joined) as bytes that are equal where all three are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/values.h"

namespace pinpipe::query {

/// Appends the key to `to`; nulls equal each other, and times do that are the same instant. Six
/// bytes, as many as `age` needs, the fraction, and the name.
void append_user_key(std::optional<std::string_view> user_name, std::optional<int64_t> age,
                     const record::Timestamp& joined, std::string& to);

}  // namespace pinpipe::query
