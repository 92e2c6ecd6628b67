// All that questions need of all records: one row per distinct `ind`.
//
// The first record of a dataset with an `ind` counts; later ones are duplicates, and counted. A
// distinct `ind` costs 40 bytes and 8 to 16 in the IdTable, so 48 to 56; a distinct user
// (user_name, age, date_joined) 32 and as many; a distinct text as text_ids.h says. A million posts
// with a poster each are some 100 MB.
//
// Filled by one thread. Views that it gives live as long as it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "query/chunks.h"
#include "query/id_table.h"
#include "query/parts.h"
#include "query/text_ids.h"
#include "record/dataset.h"
#include "stream/error.h"

namespace pinpipe::query {

/// What is known of one `ind`.
struct Post {
  enum Has : uint8_t { kPin = 1, kGeo = 2, kUser = 4, kFollowerCount = 8, kYear = 16 };

  int64_t ind;
  int64_t follower_count;
  TextId category;
  TextId poster_name;
  TextId country;
  uint32_t user;  ///< id of a User
  int16_t year;   ///< of geo.timestamp
  uint8_t has;

  bool has_all(unsigned what) const { return (has & what) == what; }
};
static_assert(sizeof(Post) == 40);

/// A distinct (user_name, age, date_joined); nulls equal each other.
struct User {
  int64_t age;
  int64_t joined;  ///< seconds since 1970-01-01, UTC
  TextId joined_fraction;
  TextId user_name;
  uint32_t hash;
  int16_t year_joined;
  bool has_age;
  bool has_joined;

  bool operator==(const User&) const = default;
};
static_assert(sizeof(User) == 32);

class PostTable {
 public:
  /// Four texts and a fraction of each post have 32-bit ids.
  static constexpr uint32_t kMostPosts = 800'000'000;

  /// Adds what `parts` has, in its order. Errors: more than kMostPosts distinct posts.
  Status add(const Parts& parts);

  const Chunks<Post>& posts() const { return posts_; }
  const Chunks<User>& users() const { return users_; }
  /// REQUIRES: has kUser
  const User& user_of(const Post& post) const { return users_[post.user - 1]; }
  std::string_view text(TextId id) const { return texts_.text(id); }

  uint64_t distinct(record::Dataset dataset) const { return distinct_[index_of(dataset)]; }
  uint64_t duplicates(record::Dataset dataset) const { return duplicates_[index_of(dataset)]; }
  /// Posts that have all of `what`, bits of Post::Has.
  uint64_t joined(unsigned what) const;

 private:
  Post& post_of(int64_t ind);
  bool is_first(Post& post, record::Dataset dataset);
  void add(const PinPart& pin);
  void add(const GeoPart& geo);
  void add(const UserPart& user);
  uint32_t user_id(const UserPart& user);

  IdTable post_ids_;
  Chunks<Post> posts_;
  IdTable user_ids_;
  Chunks<User> users_;
  TextIds texts_;
  std::array<uint64_t, 3> distinct_{};
  std::array<uint64_t, 3> duplicates_{};
};

}  // namespace pinpipe::query
