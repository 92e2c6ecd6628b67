#include "base/available_memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>

namespace pinpipe {
namespace {

/// The number at the start of `text`; UINT64_MAX where there is none ("max"), or it is beyond 64
/// bits.
uint64_t number_at(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? number : UINT64_MAX;
}

uint64_t machine_has(const std::string& root) {
  constexpr std::string_view kLabel = "MemAvailable:";
  std::ifstream file(root + "/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kLabel)) continue;
    const uint64_t kib = number_at(std::string_view(line).substr(kLabel.size()));
    return kib > UINT64_MAX / 1024 ? UINT64_MAX : kib * 1024;
  }
  return UINT64_MAX;
}

uint64_t limit_in(const std::string& file_name) {
  std::ifstream file(file_name);
  std::string line;
  return std::getline(file, line) ? number_at(line) : UINT64_MAX;
}

/// The least limit in `group` and those it is in. A container may see its own group as the whole
/// tree, and its path as the machine does: folders that are not there limit nothing.
uint64_t limit_up_from(const std::string& tree, std::string group, const std::string& file) {
  uint64_t least = limit_in(tree + "/" + file);
  for (; group.size() > 1; group.resize(group.rfind('/'))) {
    least = std::min(least, limit_in(tree + group + "/" + file));
  }
  return least;
}

/// Lines of /proc/self/cgroup are "0::/GROUP" of version 2 and "4:memory,x:/GROUP" of version 1.
uint64_t groups_may_have(const std::string& root) {
  const std::string tree = root + "/sys/fs/cgroup";
  uint64_t least = UINT64_MAX;
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string group = line.substr(second + 1);
    if (controllers == ",,") {
      least = std::min(least, limit_up_from(tree, group, "memory.max"));
    } else if (controllers.find(",memory,") != controllers.npos) {
      least = std::min(least, limit_up_from(tree + "/memory", group, "memory.limit_in_bytes"));
    }
  }
  return least;
}

/// What is left of the address space of this process, of which some is taken from the start.
uint64_t address_space_left(const std::string& root) {
  constexpr std::string_view kLabel = "Max address space";
  constexpr uint64_t kPage = 4096;
  uint64_t most = UINT64_MAX;
  std::ifstream limits(root + "/proc/self/limits");
  for (std::string line; std::getline(limits, line);) {
    if (line.starts_with(kLabel)) most = number_at(std::string_view(line).substr(kLabel.size()));
  }
  if (most == UINT64_MAX) return most;
  const uint64_t pages = limit_in(root + "/proc/self/statm");
  const uint64_t taken = pages > UINT64_MAX / kPage ? 0 : pages * kPage;
  return most - std::min(most, taken);
}

}  // namespace

uint64_t available_memory(const std::string& root) {
  return std::min({machine_has(root), groups_may_have(root), address_space_left(root)});
}

}  // namespace pinpipe
