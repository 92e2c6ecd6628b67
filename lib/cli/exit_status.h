// How a run ends: the one table of exit statuses, for all tools and man pages.
#pragma once

#include <array>
#include <string_view>

namespace pinpipe::cli {

enum ExitStatus : int { kHandled = 0, kRejected = 1, kFailed = 2 };

/// What each status means, by its number.
inline constexpr std::array<std::string_view, 3> kExitMeanings{
    "every record was handled", "the run finished, but records were rejected or not delivered",
    "the run could not finish: usage, input or output, truncated zstd or gzip, database, full "
    "disk"};

}  // namespace pinpipe::cli
