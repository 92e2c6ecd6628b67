// Folders by time, as path.format of Kafka Connect has them, which is Joda's:
//
//   'year'=YYYY/'month'=MM/'day'=dd      year=2022/month=10/day=20
//
// Text is in quotes, '' is one of them, and other letters are parts of a time, as many digits as
// letters: y Y x year, M month, w week, D day of the year, d day of the month, e day of the week,
// H hour, m minute, s second. Names of months and days, which need a language, are not done.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace pinpipe::kafka {

inline constexpr const char* kDailyFormat = "'year'=YYYY/'month'=MM/'day'=dd";
inline constexpr const char* kHourlyFormat = "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH";

class PathFormat {
 public:
  /// A '/' at the end is dropped. Errors: letters that are not a part of a time; folders without a
  /// name, or with '.' before it, which readers take for hidden.
  static Result<PathFormat> parse(std::string_view format);

  /// The folder of a time of a zone's clocks, in milliseconds.
  std::string folder(int64_t local_ms) const;

 private:
  struct Piece {
    char letter;  // 0: text
    size_t width;
    std::string text;
  };

  std::vector<Piece> pieces_;
};

}  // namespace pinpipe::kafka
