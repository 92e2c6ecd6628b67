#include "base/mutex.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace pinpipe {
namespace {

/// One place for a number, which threads hand one another.
class Handover {
 public:
  void put(int number) {
    const MutexLock lock(mutex_);
    while (full_) changed_.wait(mutex_);
    full_ = true;
    number_ = number;
    changed_.notify_all();
  }
  int take() {
    const MutexLock lock(mutex_);
    while (!full_) changed_.wait(mutex_);
    full_ = false;
    changed_.notify_all();
    return number_;
  }

 private:
  Mutex mutex_;
  Condition changed_;
  bool full_ GUARDED_BY(mutex_) = false;
  int number_ GUARDED_BY(mutex_) = 0;
};

TEST(MutexTest, LetsOneThreadInAtATime) {
  constexpr int kTimes = 20'000;
  Mutex mutex;
  int count = 0;
  const auto add = [&] {
    for (int i = 0; i < kTimes; ++i) {
      const MutexLock lock(mutex);
      ++count;
    }
  };
  std::thread other(add);
  add();
  other.join();
  EXPECT_EQ(count, 2 * kTimes);
}

TEST(MutexTest, IsHeldAgainAfterAWait) {
  constexpr int kNumbers = 200;
  Handover handover;
  std::vector<std::thread> givers;
  for (int giver = 0; giver < 3; ++giver) {
    givers.emplace_back([&] {
      for (int number = 1; number <= kNumbers; ++number) handover.put(number);
    });
  }
  int64_t sum = 0;
  for (int taken = 0; taken < 3 * kNumbers; ++taken) sum += handover.take();
  for (auto& giver : givers) giver.join();
  EXPECT_EQ(sum, int64_t{3} * kNumbers * (kNumbers + 1) / 2);
}

}  // namespace
}  // namespace pinpipe
