// Which row each post has, and how long to sleep before it.
//
// The emulator that this pipeline's users know is a loop in Python:
//
//   random.seed(100)
//   while True:
//       sleep(random.randrange(0, 2))
//       row = random.randint(0, 11000)
//
// Draws are its numbers, in its order.
#pragma once

#include <cassert>
#include <cstdint>

#include "posts/python_random.h"
#include "posts/source.h"

namespace pinpipe::posts {

enum class Order : uint8_t { random, sequential };

struct Draw {
  Row row;
  unsigned sleep_s;  ///< before this post: 0 or 1
};

class Draws {
 public:
  /// Without `sleeps` they are all 0, and sequential order needs to draw nothing. REQUIRES: rows >
  /// 0
  Draws(uint64_t seed, Row rows, Order order, bool sleeps = true)
      : random_(seed), rows_(rows), order_(order), drawing_(sleeps || order == Order::random) {
    assert(rows > 0);
  }

  /// The row and the sleep of the next post. In sequential order rows count 0, 1, 2, … and begin
  /// again behind the last; the sleeps are those of random order.
  Draw next() {
    Draw draw{0, 0};
    if (drawing_) {
      draw.sleep_s = static_cast<unsigned>(random_.below(kSleepsEnd));
      draw.row = random_.below(rows_);
    }
    if (order_ == Order::sequential) {
      draw.row = count_;
      count_ = count_ + 1 == rows_ ? 0 : count_ + 1;
    }
    return draw;
  }

  /// Goes on as if `posts` posts had been drawn. Drawing takes some 6 ns a post: numbers are thrown
  /// away as they are drawn, so only drawing tells how many there were.
  void skip(uint64_t posts);

 private:
  static constexpr unsigned kSleepsEnd = 2;

  PythonRandom random_;
  Row rows_;
  Order order_;
  bool drawing_;
  Row count_ = 0;
};

}  // namespace pinpipe::posts
