// Base64 (RFC 4648 section 4), with padding.
#pragma once

#include <string>
#include <string_view>

#include "base/buffer.h"

namespace pinpipe {

void append_base64(std::string_view bytes, Buffer& to);
std::string base64(std::string_view bytes);

/// In the alphabet for URLs (section 5), without padding.
std::string base64_url(std::string_view bytes);

/// Appends what `text` encodes. False, with `to` as it was, where `text` is not base64: another
/// alphabet, a missing or misplaced '='.
bool append_base64_decoded(std::string_view text, Buffer& to);

}  // namespace pinpipe
