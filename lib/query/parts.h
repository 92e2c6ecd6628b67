// The parts of clean records that questions ask for: what the workers hand to the PostTable.
//
// Texts are views into the line they came from, or into Parts::unescaped where the line had
// escapes, so that equal texts are equal bytes. Both live until the block of lines has been
// collected. Texts are hashed by the workers, where there are many, and not by the one thread that
// fills the table.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinpipe::query {

struct Text {
  std::string_view bytes;  ///< UTF-8, no escapes
  uint64_t hash = 0;
  bool is_null = true;
};

/// A point in time that can be compared for equality.
struct Instant {
  int64_t seconds;            ///< since 1970-01-01, UTC
  int16_t year;               ///< 0 to 9999
  std::string_view fraction;  ///< digits behind the point, without zeros at the end
};

struct PinPart {
  int64_t ind;
  std::optional<int64_t> follower_count;
  Text category;
  Text poster_name;
};

struct GeoPart {
  int64_t ind;
  Text country;
  std::optional<int16_t> year;  ///< of `timestamp`
};

struct UserPart {
  int64_t ind;
  Text user_name;
  std::optional<int64_t> age;
  std::optional<Instant> date_joined;
};

struct Parts {
  std::vector<PinPart> pins;
  std::vector<GeoPart> geos;
  std::vector<UserPart> users;
  std::deque<std::string> unescaped;  ///< what views may point into: elements never move

  void clear() {
    pins.clear();
    geos.clear();
    users.clear();
    unescaped.clear();
  }
};

}  // namespace pinpipe::query
