// What is known of the terminal that a descriptor is.
#pragma once

#include <cstddef>
#include <optional>

namespace pinpipe::cli {

/// Columns of the terminal that `fd` is: those of COLUMNS, else those that it says it has. Nothing
/// where it is no terminal, or neither is known.
std::optional<size_t> terminal_width(int fd);

}  // namespace pinpipe::cli
