// Where posts come from: a source is a function of a row number.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "base/status.h"

namespace pinpipe::posts {

using Row = uint64_t;

/// A row that was asked for and is not there, or not usable.
struct MissingRow {
  Row row;
  std::string reason;
};

class Source {
 public:
  virtual ~Source() = default;

  /// Appends the posts of `rows`, in their order, a line `{"pin":{…},"geo":{…},"user":{…}}` each,
  /// to `to`; rows that the source does not have add nothing to it, and are added to `missing`. The
  /// same row always gives the same post. Returns how many rows these were: where posts are long
  /// fewer than asked for, but one at least.
  virtual Result<size_t> append_posts(std::span<const Row> rows, Buffer& to,
                                      std::vector<MissingRow>& missing) = 0;

  /// Whether append_posts may be called by several threads at once.
  virtual bool concurrent() const = 0;

  /// How many posts to ask for at once, for speed.
  virtual size_t posts_at_once() const { return 256; }  // 256 KiB: what a core keeps at hand

  /// How many rows there are to draw from, where the source knows; else 0.
  virtual Row rows() const = 0;
};

}  // namespace pinpipe::posts
