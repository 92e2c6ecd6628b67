// The built-in table: posts of the shape, dirt and skew of the course database, made up on the
// spot.
//
// A post is a pure function of the seed of the table and the row, so the table has any number of
// rows, and they can be made in any order and on all cores. Every 11154 rows are one table of that
// size with its own pins, posters, users and places; categories and failures are as often in each
// as in the course database.
#pragma once

#include "posts/builtin/line_writer.h"
#include "posts/builtin/pins.h"
#include "posts/builtin/users.h"
#include "posts/source.h"

namespace pinpipe::posts {

/// A post as values.
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

/// In its two spellings: writes the post as one line, with its '\n'. REQUIRES: room for
/// kLongestPost bytes
void write_raw(const Post& post, LineWriter& to);
void write_clean(const Post& post, LineWriter& to);

/// Raw is what the course database holds, dirt and all. Clean is what a perfect cleaner makes of
/// it, written from the same values, not from the raw text: it knows nothing of lib/clean, and so
/// can judge it.
enum class Spelling : uint8_t { raw, clean };

class BuiltinTable : public Source {
 public:
  explicit BuiltinTable(uint64_t table_seed, Spelling spelling = Spelling::raw);

  /// The post of `row`, into `post`, whose texts are valid as long as it; with `category` in place
  /// of its own, where one is given. Safe from all threads.
  void get(Row row, Post& post, const CategoryWords* category = nullptr) const;
  /// Appends `post` as a line.
  void append_post(const Post& post, Buffer& to) const;

  Result<size_t> append_posts(std::span<const Row> rows, Buffer& to,
                              std::vector<MissingRow>& missing) override;
  bool concurrent() const override { return true; }
  Row rows() const override { return 0; }

 private:
  BuiltinPins pins_;
  BuiltinUsers users_;
  uint64_t key_;
  Spelling spelling_;
  int64_t first_posted_;
  int64_t posted_end_;
};

}  // namespace pinpipe::posts
