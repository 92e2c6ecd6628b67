#include "query/post_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace pinpipe::query {
namespace {

TextId id_of(TextIds& ids, const Text& text) {
  return text.is_null() ? kNull : ids.id_of(text.bytes(), text.hash);
}

/// Rounded up.
std::string mebibytes(uint64_t bytes) {
  const uint64_t tenths = (bytes / 1024 * 10 + 1023) / 1024;
  return fmt::format("{}.{} MiB", tenths / 10, tenths % 10);
}

}  // namespace

/// What `parts` from `at` on will soon look at. Of a million posts little is in the cache, and to
/// wait for it took a third of the time: so it is asked for some parts before, one step after the
/// other. Null texts are asked for too: that does no harm.
std::array<const void*, 8> PostTable::soon(const std::vector<ExtractedPost>& parts,
                                           size_t at) const {
  constexpr size_t kAhead = 4;  // parts from step to step
  if (at + 3 * kAhead >= parts.size()) return {};
  const ExtractedPost& first = parts[at + 3 * kAhead];
  const ExtractedPost& second = parts[at + 2 * kAhead];
  const ExtractedPost& third = parts[at + kAhead];
  const uint32_t post = post_ids_.likely(second.hash);
  return {post_ids_.slot_address(first.hash),
          poster_names_.slot_address(first.poster_name.hash),
          users_.slot_address(first.user_hash),
          post == 0 ? nullptr : inds_.address(post - 1),
          poster_names_.place_address(second.poster_name.hash),
          users_.place_address(second.user_hash),
          poster_names_.text_address(third.poster_name.hash),
          users_.text_address(third.user_hash)};
}

Status PostTable::add(const ExtractedBatch& parts) {
  TRY(check_room(growth(parts)));
  if (size() + parts.posts.size() > IdTable::kMostIds) {
    return Error{fmt::format("more than {} distinct posts", IdTable::kMostIds),
                 "ask about a part of them at a time"};
  }
  const auto& posts = parts.posts;
  for (size_t i = 0; i < posts.size(); ++i) {
    for (const void* address : soon(posts, i)) __builtin_prefetch(address);
    add(posts[i], parts);
  }
  return {};
}

uint64_t PostTable::memory() const {
  uint64_t sum = memory_beside_ + post_ids_.memory();
  for (const auto* column : {&inds_, &has_, &category_, &poster_name_, &country_, &follower_count_,
                             &age_, &post_year_, &join_year_}) {
    sum += column->memory();
  }
  for (const auto* ids : {&categories_, &poster_names_, &countries_, &users_}) sum += ids->memory();
  return sum;
}

Status PostTable::check_room(uint64_t bytes) const {
  const uint64_t needed = memory() + bytes;
  if (needed <= max_memory_) return {};
  std::string hint = "give --max-memory more, ask fewer questions at a time, or use a machine ";
  hint += "with more memory";
  if (size() > 0) {
    hint += fmt::format(": a distinct post takes {} bytes", (memory() - memory_beside_) / size());
  }
  return Error{
      fmt::format("no room for more than {} distinct posts: {} are needed, max memory is {}",
                  size(), mebibytes(needed), mebibytes(max_memory_)),
      hint + "; --sql gives the questions to engines that spill to disk"};
}

/// What the tables and texts may take more for `parts`. What columns do is beside it.
uint64_t PostTable::growth(const ExtractedBatch& parts) const {
  const uint64_t count = parts.posts.size();
  uint64_t categories = 0;
  uint64_t poster_names = 0;
  uint64_t countries = 0;
  for (const ExtractedPost& part : parts.posts) {
    categories += part.category.size;
    poster_names += part.poster_name.size;
    countries += part.country.size;
  }
  return post_ids_.growth(count) + categories_.growth(count, categories) +
         poster_names_.growth(count, poster_names) + countries_.growth(count, countries) +
         users_.growth(count, parts.user_keys.size());
}

uint64_t PostTable::joined(unsigned what) const {
  uint64_t count = 0;
  for (uint64_t post = 0; post < size(); ++post) count += has_all(has_[post], what);
  return count;
}

void PostTable::add(const ExtractedPost& part, const ExtractedBatch& parts) {
  const uint64_t post = post_of(part);
  const auto had = static_cast<unsigned>(has_[post]);
  unsigned has = had;
  const auto is_first = [&](record::Dataset dataset, unsigned record, unsigned bits) {
    if ((part.has & record) == 0) return false;
    const bool first = (had & record) == 0;
    ++(first ? distinct_ : duplicates_)[index_of(dataset)];
    if (first) has |= part.has & bits;
    return first;
  };
  if (is_first(record::Dataset::pin, kHasPin, kOfPin)) add_pin(post, part);
  if (is_first(record::Dataset::geo, kHasGeo, kOfGeo)) add_geo(post, part);
  if (is_first(record::Dataset::user, kHasUser, kOfUser)) add_user(post, part, parts);
  if (has != had) has_.set(post, has);
}

uint64_t PostTable::post_of(const ExtractedPost& part) {
  const uint64_t known = size();
  const uint64_t post = post_ids_.find_or_add(
                            part.hash, [&](uint32_t id) { return inds_[id - 1] == part.ind; },
                            [&](uint32_t id) { return hash_of(uint64_t(inds_[id - 1])); }) -
                        1;
  if (post < known) return post;
  if (post % IntegerColumn::kInChunk == 0) make_room();
  inds_.set(post, part.ind);
  return post;
}

/// For the newest post, and a chunk of them.
void PostTable::make_room() {
  for (auto* column : {&inds_, &has_, &category_, &poster_name_, &country_, &follower_count_, &age_,
                       &post_year_, &join_year_}) {
    column->grow(size());
  }
}

void PostTable::add_pin(uint64_t post, const ExtractedPost& part) {
  category_.set(post, id_of(categories_, part.category));
  poster_name_.set(post, id_of(poster_names_, part.poster_name));
  if ((part.has & kHasFollowerCount) == 0) return;
  follower_count_.set(post, part.follower_count);
  least_followers_ = std::min(least_followers_, part.follower_count);
  most_followers_ = std::max(most_followers_, part.follower_count);
}

void PostTable::add_geo(uint64_t post, const ExtractedPost& part) {
  country_.set(post, id_of(countries_, part.country));
  if ((part.has & kHasPostYear) != 0) post_year_.set(post, part.post_year);
}

void PostTable::add_user(uint64_t post, const ExtractedPost& part, const ExtractedBatch& parts) {
  if ((part.has & kHasAge) != 0) age_.set(post, part.age);
  if ((part.has & kHasJoinYear) != 0) join_year_.set(post, part.join_year);
  if (part.user_size == 0) return;
  const uint32_t known = users_.count();
  if (users_.id_of(parts.user_key(part), part.user_hash) > known) ++users_joined_[part.join_year];
}

}  // namespace pinpipe::query
