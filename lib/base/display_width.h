// How many columns of a terminal a text takes.
//
// By the Unicode properties of single characters, as wcwidth does: combining marks, joiners and
// other format characters take none, wide and fullwidth ones (CJK, most emoji) two. A sequence that
// a terminal draws as one picture is the sum of its characters, as it is in terminals that know no
// sequences.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pinpipe {

/// Columns of `text`, UTF-8 without control characters.
size_t display_width(std::string_view text);

/// A line of at most `columns` from the start of `text`, which it takes off together with the
/// blanks that the line ends at. Words are kept whole where they fit on a line of their own; wider
/// ones are cut behind one of -_,/|; or beside a wide character, else between characters as people
/// see them (marks, joined emoji and flags stay whole), and within one only where that alone is
/// wider. A wide character does not fit in one column, and is a line all the same.
std::string_view take_line(std::string_view& text, size_t columns);

/// `text`; where it is wider than `columns`, as much of its start as goes with a … behind it, in
/// characters as people see them. REQUIRES: columns >= 1
std::string cut_to_width(std::string_view text, size_t columns);

}  // namespace pinpipe
