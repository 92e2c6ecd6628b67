// Work that is done by many threads and leaves in the order it came.
//
//   next       takes the next block of input      one thread at a time, in order
//   transform  turns it into a block of output    all threads at once
//   collect    puts the output where it goes      one thread at a time, in order
//
// Every thread does all three for its own block, so that nothing is handed from thread to thread:
// with one thread there is no thread, no lock and no queue, and a line that arrives on an idle pipe
// is read, turned and written by the thread that was waiting for it. Memory is one block a thread.
//
// What the machine refuses ends the run as any error does: memory, in whatever step and thread. A
// thread that cannot start is done without.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"

namespace pinpipe::stream {

enum class Flow { more, end };

/// The three steps over blocks of type `Block`. Each returns Flow::end when nothing is to follow:
/// `next` at the end of input (its block is then not used), `collect` to stop early.
template <class Block>
struct OrderedSteps {
  std::function<Result<Flow>(Block&)> next;
  std::function<void(Block&)> transform;
  std::function<Result<Flow>(Block&)> collect;
  /// Called once from any thread when `collect` stopped the run, so that a waiting `next` returns.
  std::function<void()> interrupt = [] {};
};

/// Runs the steps on up to blocks.size() threads (this one among them), each with its own block.
/// Blocks that came before an error of `next` or `transform` are still collected. Returns the first
/// error.
template <class Block>
Status ordered_run(const OrderedSteps<Block>& steps, std::vector<Block>& blocks);

// ---- implementation -------------------------------------------------------------------------

namespace detail {

template <class Block>
class OrderedRun {
 public:
  OrderedRun(const OrderedSteps<Block>& steps, size_t threads)
      : steps_(steps), turn_comes_(threads) {}

  void work(Block& block) {
    while (auto ticket = take(block)) {
      const auto transformed = caught([&]() -> Status {
        steps_.transform(block);
        return {};
      });
      give(block, *ticket, transformed);
    }
  }

  Status status() {
    const MutexLock lock(state_);
    return failed_;
  }

 private:
  std::optional<uint64_t> take(Block& block) {
    const MutexLock lock(input_);
    if (ended()) return std::nullopt;
    auto flow = caught([&] { return steps_.next(block); });
    if (flow.ok() && flow.value() == Flow::more) return tickets_++;
    end(flow.ok() ? Status() : Status(flow.error()));
    return std::nullopt;
  }

  void give(Block& block, uint64_t ticket, const Status& transformed) {
    {
      const MutexLock lock(output_);
      while (turn_ != ticket) turn_of(ticket).wait(output_);
      if (!stopped_) collect(block, transformed);
      ++turn_;
    }
    turn_of(ticket + 1).notify_one();
  }

  void collect(Block& block, const Status& transformed) REQUIRES_LOCK(output_) {
    auto flow = transformed.ok() ? caught([&] { return steps_.collect(block); })
                                 : Result<Flow>(transformed.error());
    if (flow.ok() && flow.value() == Flow::more) return;
    stopped_ = true;
    end(flow.ok() ? Status() : Status(flow.error()));
    steps_.interrupt();
  }

  /// Where a thread waits for its turn, alone: no more tickets are out than there are threads.
  Condition& turn_of(uint64_t ticket) { return turn_comes_[ticket % turn_comes_.size()]; }

  bool ended() {
    const MutexLock lock(state_);
    return ended_;
  }
  void end(Status status) {
    const MutexLock lock(state_);
    ended_ = true;
    if (failed_.ok()) failed_ = std::move(status);
  }

  const OrderedSteps<Block>& steps_;
  Mutex input_;  // held during `next`
  uint64_t tickets_ GUARDED_BY(input_) = 0;
  Mutex output_;  // held during `collect`
  std::vector<Condition> turn_comes_;
  uint64_t turn_ GUARDED_BY(output_) = 0;
  bool stopped_ GUARDED_BY(output_) = false;
  Mutex state_;
  bool ended_ GUARDED_BY(state_) = false;
  Status failed_ GUARDED_BY(state_);
};

}  // namespace detail

template <class Block>
Status ordered_run(const OrderedSteps<Block>& steps, std::vector<Block>& blocks) {
  detail::OrderedRun<Block> run(steps, blocks.size());
  std::vector<std::thread> threads;
  const auto started = caught([&]() -> Status {
    threads.reserve(blocks.size());
    for (size_t i = 1; i < blocks.size(); ++i) {
      threads.emplace_back([&run, &block = blocks[i]] { run.work(block); });
    }
    return {};
  });
  (void)started;  // where not all did, fewer do
  run.work(blocks[0]);
  for (auto& thread : threads) thread.join();
  return run.status();
}

}  // namespace pinpipe::stream
