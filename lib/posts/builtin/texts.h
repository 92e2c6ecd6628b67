// The texts of a built-in pin: title, description and tags, as long, as foreign and as odd as those
// of the tables.
#pragma once

#include <cstdint>

#include "posts/builtin/bounded_text.h"
#include "posts/builtin/noise.h"
#include "posts/builtin/vocabulary.h"

namespace pinpipe::posts {

inline constexpr size_t kLongestTitle = 199;        ///< code points
inline constexpr size_t kLongestDescription = 180;  ///< code points; the site cuts what is longer
inline constexpr size_t kLongestTags = 254;         ///< bytes

using Title = BoundedText<4 * kLongestTitle>;
using Description = BoundedText<4 * 3 * kLongestDescription>;  // more than is left after the cut
using Tags = BoundedText<kLongestTags>;

void write_title(Noise& noise, const CategoryWords& words, Title& title);
void write_description(Noise& noise, const CategoryWords& words, Description& description);
void write_tags(Noise& noise, const CategoryWords& words, Tags& tags);

/// Oddities the tables have in a few rows each: a line feed, a C1 control, a backslash, text that
/// is not NFC, other scripts; for descriptions, links too. `which` counts them from 0 to the number
/// - 1.
inline constexpr uint32_t kOddTitles = 10;
inline constexpr uint32_t kOddDescriptions = 8;
void write_odd_title(uint32_t which, Noise& noise, const CategoryWords& words, Title& title);
void write_odd_description(uint32_t which, Description& description);

}  // namespace pinpipe::posts
