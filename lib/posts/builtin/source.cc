#include "posts/builtin/source.h"

#include <algorithm>

#include "record/values.h"

namespace pinpipe::posts {
// ---- post ----

namespace {

std::string_view media_name(Media media) {
  switch (media) {
    case Media::image:
      return "\"image\"";
    case Media::video:
      return "\"video\"";
    case Media::story:
      return "\"multi-video(story page format)\"";
    default:
      return "null";
  }
}

std::string_view image_suffix(uint32_t kind) {
  if (kind < 820) return ".jpg\"";
  if (kind < 980) return ".png\"";
  return kind < 994 ? ".webp\"" : ".gif\"";
}

/// A UUID: 8-4-4-4-12 digits.
void write_unique_id(const Pin::Bits& id, LineWriter& to) {
  char digits[32];
  LineWriter hex(digits);
  hex.hex(id[0]).hex(id[1]);
  const std::string_view all(digits, sizeof digits);
  to.put('"').put(all.substr(0, 8)).put('-').put(all.substr(8, 4)).put('-').put(all.substr(12, 4));
  to.put('-').put(all.substr(16, 4)).put('-').put(all.substr(20)).put('"');
}

/// An address whose folders are the first digits of its name.
void write_image_src(const Pin& pin, LineWriter& to) {
  char digits[32];
  LineWriter hex(digits);
  hex.hex(pin.image_id[0]).hex(pin.image_id[1]);
  const std::string_view name(digits, sizeof digits);
  const bool image = pin.scraped.media == Media::image;
  to.put(image ? "\"https://i.pinimg.com/originals/"
               : "\"https://i.pinimg.com/videos/thumbnails/originals/");
  to.put(name.substr(0, 2))
      .put('/')
      .put(name.substr(2, 2))
      .put('/')
      .put(name.substr(4, 2))
      .put('/')
      .put(name);
  to.put(image ? image_suffix(pin.image_kind) : ".0000001.jpg\"");
}

void write_raw_title(const Pin& pin, LineWriter& to) {
  if (!pin.scraped.account) {
    to.put("\"No Title Data Available\"");
  } else if (pin.titled == Pin::Titled::untitled) {
    to.put("\"Untitled\"");
  } else {
    to.quoted(pin.title.view());
  }
}

void write_raw_description(const Pin& pin, LineWriter& to) {
  if (pin.scraped.description) {
    to.quoted(pin.description.view());
  } else if (pin.scraped.media == Media::story) {
    to.put("\"No description available Story format\"");
  } else {
    to.put("\"No description available\"");
  }
}

void write_raw_image_src(const Pin& pin, LineWriter& to) {
  if (pin.scraped.image_src) {
    write_image_src(pin, to);
  } else if (pin.scraped.media == Media::unknown) {
    to.put("null");
  } else {
    to.put("\"Image src error.\"");
  }
}

void write_raw_account(const Pin& pin, LineWriter& to) {
  if (pin.scraped.account) {
    to.put(",\"poster_name\":").quoted(pin.poster.name.view());
    to.put(",\"follower_count\":\"").put(pin.poster.followers.written.view()).put('"');
  } else {
    to.put(",\"poster_name\":\"User Info Error\",\"follower_count\":\"User Info Error\"");
  }
}

void write_raw_pin(const Post& post, LineWriter& to) {
  const Pin& pin = post.pin;
  to.put("\"pin\":{\"index\":").number(post.row).put(",\"unique_id\":");
  write_unique_id(pin.unique_id, to);
  to.put(",\"title\":");
  write_raw_title(pin, to);
  to.put(",\"description\":");
  write_raw_description(pin, to);
  write_raw_account(pin, to);
  to.put(",\"tag_list\":");
  if (pin.scraped.tags) {
    to.quoted(pin.tags.view());
  } else {
    to.put("\"N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e\"");
  }
  to.put(",\"is_image_or_video\":").put(media_name(pin.scraped.media)).put(",\"image_src\":");
  write_raw_image_src(pin, to);
  to.put(",\"downloaded\":").put(pin.scraped.image_src ? '1' : '0');
  to.put(",\"save_location\":\"Local save in /data/").put(pin.category->name);
  to.put("\",\"category\":\"").put(pin.category->name).put("\"}");
}

/// A text that may not be there.
void write_text_or_null(bool present, std::string_view text, LineWriter& to) {
  if (present) {
    to.quoted(text);
  } else {
    to.put("null");
  }
}

void write_clean_pin(const Post& post, LineWriter& to) {
  const Pin& pin = post.pin;
  const Scraped& scraped = pin.scraped;
  to.put("\"pin\":{\"ind\":").number(post.row).put(",\"unique_id\":");
  write_unique_id(pin.unique_id, to);
  to.put(",\"title\":");
  write_text_or_null(scraped.account && pin.titled == Pin::Titled::yes, pin.title.view(), to);
  to.put(",\"description\":");
  write_text_or_null(scraped.description, pin.description.view(), to);
  to.put(",\"follower_count\":");
  if (scraped.account) {
    to.number(pin.poster.followers.number);
  } else {
    to.put("null");
  }
  to.put(",\"poster_name\":");
  write_text_or_null(scraped.account, pin.poster.name.view(), to);
  to.put(",\"tag_list\":");
  write_text_or_null(scraped.tags, pin.tags.view(), to);
  to.put(",\"is_image_or_video\":").put(media_name(scraped.media)).put(",\"image_src\":");
  if (scraped.image_src) {
    write_image_src(pin, to);
  } else {
    to.put("null");
  }
  to.put(",\"save_location\":\"/data/").put(pin.category->name);
  to.put("\",\"category\":\"").put(pin.category->name).put("\"}");
}

}  // namespace

void write_raw(const Post& post, LineWriter& to) {
  const User& user = post.user;
  to.put('{');
  write_raw_pin(post, to);
  to.put(",\"geo\":{\"ind\":").number(post.row).put(",\"timestamp\":");
  to.timestamp(post.posted, post.posted_with_t ? 'T' : ' ');
  to.put(",\"latitude\":")
      .put(user.latitude.view())
      .put(",\"longitude\":")
      .put(user.longitude.view());
  to.put(",\"country\":").quoted(user.country);
  to.put("},\"user\":{\"ind\":").number(post.row).put(",\"first_name\":").quoted(user.first_name);
  to.put(",\"last_name\":").quoted(user.last_name).put(",\"age\":").number(user.age);
  to.put(",\"date_joined\":").timestamp(user.joined, ' ').put("}}\n");
}

void write_clean(const Post& post, LineWriter& to) {
  const User& user = post.user;
  to.put('{');
  write_clean_pin(post, to);
  to.put(",\"geo\":{\"ind\":").number(post.row).put(",\"country\":").quoted(user.country);
  to.put(",\"coordinates\":[").put(user.latitude.view()).put(',').put(user.longitude.view());
  to.put("],\"timestamp\":").timestamp(post.posted, 'T');
  to.put("},\"user\":{\"ind\":").number(post.row).put(",\"user_name\":\"").put(user.first_name);
  to.put(' ').put(user.last_name).put("\",\"age\":").number(user.age);
  to.put(",\"date_joined\":").timestamp(user.joined, 'T').put("}}\n");
}

// ---- the table ----

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

void BuiltinTable::get(Row row, Post& post, const CategoryWords* category) const {
  post.row = row;
  pins_.get(row, post.pin, category);
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
    append_post(post, to);
  }
  return rows.size();
}

void BuiltinTable::append_post(const Post& post, Buffer& to) const {
  LineWriter line(to.room(kLongestPost));
  if (spelling_ == Spelling::raw) {
    write_raw(post, line);
  } else {
    write_clean(post, line);
  }
  to.grew(static_cast<size_t>(line.end() - (to.data() + to.size())));
}

}  // namespace pinpipe::posts
