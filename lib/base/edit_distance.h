// How far one word is from another.
#pragma once

#include <cstddef>
#include <string_view>

namespace pinpipe {

/// The fewest single bytes to add, drop or replace that make `a` of `b` (Levenshtein).
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace pinpipe
