// How many columns of a terminal a text takes.
//
// By the Unicode properties of single characters, as wcwidth does: combining marks, joiners and
// other format characters take none, wide and fullwidth ones (CJK, most emoji) two. A sequence that
// a terminal draws as one picture is the sum of its characters, as it is in terminals that know no
// sequences.
#pragma once

#include <cstddef>
#include <string_view>

namespace pinpipe::query {

/// Columns of `text`, UTF-8 without control characters.
size_t display_width(std::string_view text);

/// The longest start of `text` that takes at most `columns`.
std::string_view cut_to_width(std::string_view text, size_t columns);

}  // namespace pinpipe::query
