// "Did you mean": the known word nearest to an unknown one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pinpipe {

/// The candidate with the fewest single-letter edits from `word`, if they are few enough to be a
/// slip; else "".
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'X'?", or "" where nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace pinpipe
