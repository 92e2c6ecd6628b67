// The built-in table: posts of the shape, dirt and skew of the course database, made up on the
// spot.
//
// A post is a pure function of the seed of the table and the row, so the table has any number of
// rows, and they can be made in any order and on all cores. Every 11154 rows are one table of that
// size with its own pins, posters, users and places; categories and failures are as often in each
// as in the course database.
#pragma once

#include "posts/builtin/pins.h"
#include "posts/builtin/post.h"
#include "posts/builtin/users.h"
#include "posts/source.h"

namespace pinpipe::posts {

enum class Spelling : uint8_t { raw, clean };

class BuiltinTable : public Source {
 public:
  explicit BuiltinTable(uint64_t table_seed, Spelling spelling = Spelling::raw);

  /// The post of `row`, into `post`, whose texts are valid as long as it. Safe from all threads.
  void get(Row row, Post& post) const;

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
