#include "stream/ordered_run.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <stdexcept>

namespace pinpipe::stream {
namespace {

struct Number {
  int in = 0;
  int out = 0;
};

/// Counts up to `count`, squares slowly, and notes what was collected.
class Squares {
 public:
  explicit Squares(int count) : count_(count) {
    steps.next = [this](Number& number) -> Result<Flow> {
      EXPECT_FALSE(in_next_.exchange(true)) << "two threads in next";
      number.in = taken_++;
      in_next_ = false;
      if (number.in == fail_at) return Error{"cannot read on", ""};
      return number.in < count_ ? Flow::more : Flow::end;
    };
    steps.transform = [](Number& number) {
      std::this_thread::sleep_for(std::chrono::microseconds(number.in * 7919 % 300));
      number.out = number.in * number.in;
    };
    steps.collect = [this](Number& number) -> Result<Flow> {
      EXPECT_FALSE(in_collect_.exchange(true)) << "two threads in collect";
      collected.push_back(number.out);
      in_collect_ = false;
      if (int(collected.size()) == full_at) return Error{"cannot write on", ""};
      return int(collected.size()) == stop_at ? Flow::end : Flow::more;
    };
    steps.interrupt = [this] { ++interrupts; };
  }

  Status run(size_t threads) {
    std::vector<Number> blocks(threads);
    return ordered_run(steps, blocks);
  }
  void expect_collected(int count) const {
    ASSERT_EQ(int(collected.size()), count);
    for (int i = 0; i < count; ++i) EXPECT_EQ(collected[i], i * i);
  }
  int taken() const { return taken_; }

  OrderedSteps<Number> steps;
  int fail_at = -1;
  int full_at = -1;
  int stop_at = -1;
  std::vector<int> collected;
  std::atomic<int> interrupts = 0;

 private:
  int count_;
  int taken_ = 0;
  std::atomic<bool> in_next_ = false;
  std::atomic<bool> in_collect_ = false;
};

class OrderedRunTest : public testing::TestWithParam<size_t> {};
INSTANTIATE_TEST_SUITE_P(Threads, OrderedRunTest, testing::Values(1, 2, 3, 8));

TEST_P(OrderedRunTest, CollectsInTheOrderOfInput) {
  Squares squares(500);
  EXPECT_TRUE(squares.run(GetParam()).ok());
  squares.expect_collected(500);
  EXPECT_EQ(squares.interrupts, 0);
}

TEST_P(OrderedRunTest, TakesNoInputAtAll) {
  Squares squares(0);
  EXPECT_TRUE(squares.run(GetParam()).ok());
  squares.expect_collected(0);
  EXPECT_EQ(squares.taken(), 1) << "next was called behind the end";
}

TEST_P(OrderedRunTest, CollectsWhatCameBeforeAnErrorOfNext) {
  Squares squares(500);
  squares.fail_at = 37;
  const auto status = squares.run(GetParam());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "cannot read on");
  squares.expect_collected(37);
}

TEST_P(OrderedRunTest, StopsEarly) {
  Squares squares(100'000);
  squares.stop_at = 20;
  EXPECT_TRUE(squares.run(GetParam()).ok());
  squares.expect_collected(20);
  EXPECT_EQ(squares.interrupts, 1);
  EXPECT_LE(squares.taken(), 20 + int(GetParam()));
}

TEST_P(OrderedRunTest, EndsWithTheErrorOfCollect) {
  Squares squares(100'000);
  squares.full_at = 20;
  const auto status = squares.run(GetParam());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "cannot write on");
  squares.expect_collected(20);
  EXPECT_EQ(squares.interrupts, 1);
}

TEST_P(OrderedRunTest, ReturnsTheErrorOfNextThoughCollectStops) {
  Squares squares(10);
  squares.fail_at = 10;
  squares.stop_at = 10;
  const auto status = squares.run(GetParam());
  squares.expect_collected(10);
  EXPECT_TRUE(status.ok() || status.error().what == "cannot read on");
}

TEST_P(OrderedRunTest, EndsWithAnErrorWhereAStepGetsNoMemory) {
  Squares next(500), transform(500), collect(500);
  next.steps.next = [counted = next.steps.next, &next](Number& number) {
    if (next.taken() == 20) throw std::bad_alloc();
    return counted(number);
  };
  transform.steps.transform = [](Number& number) {
    if (number.in == 20) throw std::length_error("vector");
    number.out = number.in * number.in;
  };
  collect.steps.collect = [counted = collect.steps.collect](Number& number) {
    if (number.in == 20) throw std::bad_alloc();
    return counted(number);
  };
  for (Squares* squares : {&next, &transform, &collect}) {
    const auto status = squares->run(GetParam());
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().what, "out of memory");
    EXPECT_NE(status.error().hint, "");
    squares->expect_collected(20);
    EXPECT_LE(squares->taken(), 21 + int(GetParam()));
  }
}

TEST(OrderedRunWaitTest, WakesANextThatWaitsWhenCollectStops) {
  std::mutex mutex;
  std::condition_variable changed;
  bool interrupted = false;
  int calls = 0;
  OrderedSteps<Number> steps;
  steps.next = [&](Number&) -> Result<Flow> {
    if (calls++ == 0) return Flow::more;
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return interrupted; });
    return Flow::end;
  };
  steps.transform = [](Number&) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  steps.collect = [](Number&) -> Result<Flow> { return Flow::end; };
  steps.interrupt = [&] {
    std::lock_guard lock(mutex);
    interrupted = true;
    changed.notify_all();
  };
  std::vector<Number> blocks(3);
  EXPECT_TRUE(ordered_run(steps, blocks).ok());
}

TEST(OrderedRunWaitTest, WorksOnAllBlocksAtOnce) {
  constexpr int kThreads = 4;
  std::mutex mutex;
  std::condition_variable changed;
  int here = 0;
  int taken = 0;
  bool met = true;
  OrderedSteps<Number> steps;
  steps.next = [&](Number&) -> Result<Flow> { return taken++ < kThreads ? Flow::more : Flow::end; };
  steps.transform = [&](Number&) {
    std::unique_lock lock(mutex);
    ++here;
    changed.notify_all();
    met &= changed.wait_for(lock, std::chrono::seconds(20), [&] { return here == kThreads; });
  };
  steps.collect = [](Number&) -> Result<Flow> { return Flow::more; };
  std::vector<Number> blocks(kThreads);
  EXPECT_TRUE(ordered_run(steps, blocks).ok());
  EXPECT_TRUE(met);
}

}  // namespace
}  // namespace pinpipe::stream
