// Names as parts of URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinpipe {

/// `text` with all as %XX but the unreserved characters of RFC 3986 and those in `kept`: a segment
/// of a path, a name or a value of a query.
std::string percent_encoded(std::string_view text, std::string_view kept = "");

/// `text` with each %XX as the byte that it stands for; nothing where a % has no two digits behind
/// it.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace pinpipe
