// A mutex of which the compiler knows what it guards.
//
// The types are std's, with clang's thread safety attributes on them. A member that is GUARDED_BY a
// mutex is read and written only while a MutexLock of it lives; clang refuses all else with
// -Wthread-safety (scripts/check runs it), g++ takes no notice:
//
//   void put(int number) {
//     {
//       const MutexLock lock(mutex_);
//       numbers_.push_back(number);
//     }
//     changed_.notify_one();
//   }
//   int take() {
//     const MutexLock lock(mutex_);
//     while (numbers_.empty()) changed_.wait(mutex_);
//     …
//   }
//
//   Mutex mutex_;
//   Condition changed_;
//   std::vector<int> numbers_ GUARDED_BY(mutex_);
#pragma once

#include <condition_variable>
#include <mutex>

#ifdef __clang__
#define PINPIPE_THREAD_ATTRIBUTE(attribute) __attribute__((attribute))
#else
#define PINPIPE_THREAD_ATTRIBUTE(attribute)
#endif

/// Of a member: it is touched only while the mutex is held.
#define GUARDED_BY(mutex) PINPIPE_THREAD_ATTRIBUTE(guarded_by(mutex))
/// Of a function: who calls it holds the mutex.
#define REQUIRES_LOCK(mutex) PINPIPE_THREAD_ATTRIBUTE(requires_capability(mutex))

namespace pinpipe {

class PINPIPE_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 private:
  friend class MutexLock;
  friend class Condition;
  std::mutex mutex_;
};

/// Holds a mutex for as long as it lives.
class PINPIPE_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) PINPIPE_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : lock_(mutex.mutex_) {}
  ~MutexLock() PINPIPE_THREAD_ATTRIBUTE(release_capability()) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  std::lock_guard<std::mutex> lock_;
};

/// What threads wait for. It takes no predicate, as what guards the members of one would be unknown
/// in it: the caller loops.
class Condition {
 public:
  /// Lets go of the mutex until it is notified, or for no reason at all.
  void wait(Mutex& mutex) REQUIRES_LOCK(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    changed_.wait(lock);
    lock.release();  // it stays the caller's
  }
  void notify_one() { changed_.notify_one(); }
  void notify_all() { changed_.notify_all(); }

 private:
  std::condition_variable changed_;
};

}  // namespace pinpipe
