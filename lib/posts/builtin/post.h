// A post of the built-in table as values, and its two spellings.
//
// Raw is what the course database holds, dirt and all. Clean is what a perfect cleaner makes of it,
// written from the same values, not from the raw text: it knows nothing of lib/clean, and so can
// judge it.
#pragma once

#include "posts/builtin/line_writer.h"
#include "posts/builtin/pins.h"
#include "posts/builtin/users.h"
#include "posts/source.h"

namespace pinpipe::posts {

struct Post {
  Row row = 0;
  Pin pin;
  User user;
  int64_t posted = 0;          ///< seconds since 1970, UTC
  bool posted_with_t = false;  ///< whether the raw timestamp has a T
};

/// More bytes than either spelling of a post takes, even if all its text had to be escaped.
inline constexpr size_t kLongestPost =
    6 * (sizeof(Title) + sizeof(Description) + sizeof(Tags) + sizeof(PosterName)) + 4096;

/// Writes the post as one line, with its '\n'. REQUIRES: room for kLongestPost bytes
void write_raw(const Post& post, LineWriter& to);
void write_clean(const Post& post, LineWriter& to);

}  // namespace pinpipe::posts
