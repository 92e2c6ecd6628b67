#include "posts/builtin/source.h"

#include <algorithm>

#include "record/values.h"

namespace pinpipe::posts {
namespace {

constexpr uint32_t kWithT = 160;  // of 1000 timestamps

}  // namespace

BuiltinTable::BuiltinTable(uint64_t table_seed, Spelling spelling)
    : pins_(table_seed),
      users_(table_seed),
      key_(key_of(table_seed, 7)),
      spelling_(spelling),
      first_posted_(record::days_from_civil(2017, 10, 19) * record::kDaySeconds),
      posted_end_(record::days_from_civil(2022, 10, 20) * record::kDaySeconds) {}

void BuiltinTable::get(Row row, Post& post) const {
  post.row = row;
  pins_.get(row, post.pin);
  users_.get(row, post.user);
  Noise noise(key_of(key_, row));
  const int64_t from = std::max(first_posted_, post.user.joined + 1);
  post.posted = from + noise.below(static_cast<uint32_t>(posted_end_ - from));
  post.posted_with_t = noise.chance(kWithT);
}

Result<size_t> BuiltinTable::append_posts(std::span<const Row> rows, Buffer& to,
                                          std::vector<MissingRow>&) {
  Post post;
  for (const Row row : rows) {
    get(row, post);
    LineWriter line(to.room(kLongestPost));
    if (spelling_ == Spelling::raw) {
      write_raw(post, line);
    } else {
      write_clean(post, line);
    }
    to.grew(static_cast<size_t>(line.end() - (to.data() + to.size())));
  }
  return rows.size();
}

}  // namespace pinpipe::posts
