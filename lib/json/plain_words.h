// Words of others as part of a message: one line, and not too long.
#pragma once

#include <string>
#include <string_view>

namespace pinpipe::json {

/// `text` as one line of UTF-8 of at most `most` bytes: runs of blanks and control bytes are one
/// blank, and of what is not UTF-8 only the ASCII is left.
std::string plain_words(std::string_view text, size_t most = 300);

}  // namespace pinpipe::json
