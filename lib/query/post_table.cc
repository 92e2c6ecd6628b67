#include "query/post_table.h"

namespace pinpipe::query {
namespace {

/// Mixes all bits into all bits (the finalizer of MurmurHash3): `ind`s are mostly consecutive.
uint64_t mixed(uint64_t bits) {
  bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdULL;
  bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return bits ^ (bits >> 33);
}

uint64_t hash_of(int64_t ind) { return mixed(static_cast<uint64_t>(ind)); }

/// Which Post::Has says that a record of `dataset` has come.
uint8_t has_bit(record::Dataset dataset) {
  return static_cast<uint8_t>(Post::kPin << index_of(dataset));
}

}  // namespace

Status PostTable::add(const Parts& parts) {
  for (const PinPart& pin : parts.pins) add(pin);
  for (const GeoPart& geo : parts.geos) add(geo);
  for (const UserPart& user : parts.users) add(user);
  if (posts_.size() <= kMostPosts) return {};
  return Error{"more than " + std::to_string(kMostPosts) + " distinct posts",
               "ask for a part of them at a time"};
}

uint64_t PostTable::joined(unsigned what) const {
  uint64_t count = 0;
  posts_.each([&](const Post& post) { count += post.has_all(what); });
  return count;
}

Post& PostTable::post_of(int64_t ind) {
  const uint32_t id = post_ids_.find_or_add(
      hash_of(ind), [&](uint32_t known) { return posts_[known - 1].ind == ind; },
      [&](uint32_t known) { return hash_of(posts_[known - 1].ind); });
  if (id > posts_.size()) {
    Post post{};
    post.ind = ind;
    posts_.push_back(post);
  }
  return posts_[id - 1];
}

bool PostTable::is_first(Post& post, record::Dataset dataset) {
  if (post.has_all(has_bit(dataset))) {
    ++duplicates_[index_of(dataset)];
    return false;
  }
  post.has |= has_bit(dataset);
  ++distinct_[index_of(dataset)];
  return true;
}

void PostTable::add(const PinPart& pin) {
  Post& post = post_of(pin.ind);
  if (!is_first(post, record::Dataset::pin)) return;
  post.category = texts_.id_of(pin.category);
  post.poster_name = texts_.id_of(pin.poster_name);
  if (pin.follower_count) {
    post.follower_count = *pin.follower_count;
    post.has |= Post::kFollowerCount;
  }
}

void PostTable::add(const GeoPart& geo) {
  Post& post = post_of(geo.ind);
  if (!is_first(post, record::Dataset::geo)) return;
  post.country = texts_.id_of(geo.country);
  if (geo.year) {
    post.year = *geo.year;
    post.has |= Post::kYear;
  }
}

void PostTable::add(const UserPart& user) {
  Post& post = post_of(user.ind);
  if (is_first(post, record::Dataset::user)) post.user = user_id(user);
}

uint32_t PostTable::user_id(const UserPart& part) {
  User user{};
  user.user_name = texts_.id_of(part.user_name);
  user.has_age = part.age.has_value();
  user.age = part.age.value_or(0);
  if (part.date_joined) {
    const auto& joined = *part.date_joined;
    const Text fraction{joined.fraction, std::hash<std::string_view>()(joined.fraction),
                        joined.fraction.empty()};
    user.has_joined = true;
    user.joined = joined.seconds;
    user.joined_fraction = texts_.id_of(fraction);
    user.year_joined = joined.year;
  }
  const uint64_t name_and_age = mixed(user.user_name) + static_cast<uint64_t>(user.age);
  user.hash =
      static_cast<uint32_t>(mixed(name_and_age ^ mixed(static_cast<uint64_t>(user.joined))));
  const uint32_t id = user_ids_.find_or_add(
      user.hash, [&](uint32_t known) { return users_[known - 1] == user; },
      [&](uint32_t known) { return users_[known - 1].hash; });
  if (id > users_.size()) users_.push_back(user);
  return id;
}

}  // namespace pinpipe::query
