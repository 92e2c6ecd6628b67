// Characters of ASCII, whatever the locale.
#pragma once

#include <string_view>

namespace pinpipe {

/// What a file in UTF-8 may begin with, though it says nothing there.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace pinpipe
