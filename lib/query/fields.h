// The fields of clean records that questions are answered from. What no question needs is checked,
// but neither read nor kept.
#pragma once

#include <cstdint>

namespace pinpipe::query {

struct Field {
  enum Bit : uint32_t {
    kCategory = 1,
    kPosterName = 2,
    kFollowerCount = 4,
    kCountry = 8,
    kPostYear = 16,  ///< the year of geo.timestamp
    kAge = 32,
    kJoinYear = 64,  ///< the year of user.date_joined
    kUser = 128,     ///< which distinct (user_name, age, date_joined) it is
  };
};

/// Bits of Field.
using Fields = uint32_t;
inline constexpr Fields kAllFields = 255;

}  // namespace pinpipe::query
