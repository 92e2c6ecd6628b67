// The least limit counts, of the machine and of the control groups of either version.
#include "base/available_memory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace pinpipe {
namespace {

/// A machine as its files show it, in a folder that goes with it.
class Machine {
 public:
  Machine() {
    std::string name = std::filesystem::temp_directory_path() / "pinpipe-XXXXXX";
    root_ = mkdtemp(name.data());
  }
  ~Machine() { std::filesystem::remove_all(root_); }

  Machine& has(const std::string& path, const std::string& text) {
    const auto file = std::filesystem::path(root_ + path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return *this;
  }
  uint64_t available() const { return available_memory(root_); }

 private:
  std::string root_;
};

constexpr const char* kMeminfo = "MemTotal:        2000 kB\nMemAvailable:    1000 kB\n";

TEST(AvailableMemory, IsThatOfTheMachineWhereNothingLimitsIt) {
  EXPECT_EQ(Machine().available(), UINT64_MAX);
  Machine machine;
  machine.has("/proc/meminfo", kMeminfo);
  EXPECT_EQ(machine.available(), 1000u * 1024);
  machine.has("/proc/self/cgroup", "0::/a/b\n").has("/sys/fs/cgroup/a/b/memory.max", "max\n");
  EXPECT_EQ(machine.available(), 1000u * 1024);
}

TEST(AvailableMemory, IsTheLeastLimitUpTheGroupsOfVersion2) {
  Machine machine;
  machine.has("/proc/meminfo", kMeminfo)
      .has("/proc/self/cgroup", "0::/a/b\n")
      .has("/sys/fs/cgroup/a/b/memory.max", "5000\n")
      .has("/sys/fs/cgroup/a/memory.max", "4000\n");
  EXPECT_EQ(machine.available(), 4000u);
}

TEST(AvailableMemory, IsThatOfVersion1AndOfAContainerThatSeesOnlyItself) {
  Machine machine;
  machine.has("/proc/meminfo", kMeminfo)
      .has("/proc/self/cgroup", "5:cpu:/a\n4:hugetlb,memory:/docker/x\n0::/\n")
      .has("/sys/fs/cgroup/memory/memory.limit_in_bytes", "3000\n");
  EXPECT_EQ(machine.available(), 3000u);
  machine.has("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(machine.available(), 1000u * 1024);
}

TEST(AvailableMemory, IsWhatIsLeftOfTheAddressSpaceOfTheProcess) {
  constexpr const char* kHead = "Limit  Soft Limit  Hard Limit  Units\n";
  Machine machine;
  machine.has("/proc/meminfo", kMeminfo)
      .has("/proc/self/limits", std::string(kHead) + "Max address space  unlimited  unlimited  b\n")
      .has("/proc/self/statm", "10 5 1 1 0 1 0\n");
  EXPECT_EQ(machine.available(), 1000u * 1024);
  machine.has("/proc/self/limits", std::string(kHead) + "Max address space  50000  90000  bytes\n");
  EXPECT_EQ(machine.available(), 50000u - 10 * 4096);
  machine.has("/proc/self/statm", "100 5 1 1 0 1 0\n");
  EXPECT_EQ(machine.available(), 0u);
}

}  // namespace
}  // namespace pinpipe
