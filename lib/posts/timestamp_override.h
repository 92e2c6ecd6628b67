// Posts of another source, with the time at which they are made for their `geo.timestamp`.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "posts/source.h"

namespace pinpipe::posts {

class Stamped : public Source {
 public:
  /// `between` stands between date and time: ' ' as in the database, 'T' as in clean records.
  Stamped(std::unique_ptr<Source> source, char between)
      : source_(std::move(source)), between_(between) {}

  Result<size_t> append_posts(std::span<const Row> rows, Buffer& to,
                              std::vector<MissingRow>& missing) override;
  bool concurrent() const override { return source_->concurrent(); }
  size_t posts_at_once() const override { return source_->posts_at_once(); }
  Row rows() const override { return source_->rows(); }

 private:
  std::unique_ptr<Source> source_;
  char between_;
};

/// The current time, UTC, in quotes.
std::string quoted_now(char between);

/// Appends each of `posts`, checked lines, to `to`, with `stamp`, a JSON value, as the `timestamp`
/// of its `geo`, and at the end of a `geo` that has none; all other bytes, and lines without a
/// `geo`, stay as they are.
void append_stamped(std::string_view posts, std::string_view stamp, Buffer& to);

}  // namespace pinpipe::posts
