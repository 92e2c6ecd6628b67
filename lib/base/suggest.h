// "Did you mean": the known word nearest to an unknown one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace pinpipe {

/// The candidate with the fewest single-letter edits from `word`, if they are few enough to be a
/// slip; else "".
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'X'?", or "" where nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// The fewest single bytes to add, drop or replace that make `a` of `b` (Levenshtein).
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace pinpipe
