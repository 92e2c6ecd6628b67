// Values of answers as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/answer.h"

namespace pinpipe::query {

/// A number as JSON has it; `null` where it is none.
std::string number_text(const Value& value, std::string_view null);

/// For people: control characters as escapes, `null` for null.
std::string shown_text(const Value& value);

using Cells = std::vector<std::vector<std::string>>;

/// `answer` as texts for people, the names of its columns first.
Cells cells_of(const Answer& answer);

}  // namespace pinpipe::query
