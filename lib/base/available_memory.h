// How much memory a process may take before the machine swaps, or its container is killed.
#pragma once

#include <cstdint>
#include <string>

namespace pinpipe {

/// The least of what the machine has available (MemAvailable of /proc/meminfo), what is left of
/// this process's own address space (ulimit -v) and the limits of the control groups that this
/// process is in (memory.max of version 2, memory.limit_in_bytes of version 1), in bytes;
/// UINT64_MAX where none is known. `root` goes before all paths.
uint64_t available_memory(const std::string& root = "");

}  // namespace pinpipe
