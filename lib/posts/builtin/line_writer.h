// Writes one line of JSON into memory that is known to be large enough.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/hex.h"
#include "record/values.h"

namespace pinpipe::posts {

class LineWriter {
 public:
  explicit LineWriter(char* at) : at_(at) {}

  char* end() const { return at_; }

  // Inlined, it is a move of a size that is known: a tenth of a post, which g++ gives away in a
  // large unit.
  [[gnu::always_inline]] LineWriter& put(std::string_view bytes) {
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
    return *this;
  }
  [[gnu::always_inline]] LineWriter& put(char byte) {
    *at_++ = byte;
    return *this;
  }
  LineWriter& number(uint64_t number) {
    at_ = std::to_chars(at_, at_ + 20, number).ptr;
    return *this;
  }

  /// `text`, UTF-8, as a JSON string, at most 6 bytes a byte. Only what must be escaped is.
  LineWriter& quoted(std::string_view text) {
    put('"');
    if (needs_escape(text)) {
      for (const char c : text) escaped(c);
    } else {
      put(text);
    }
    return put('"');
  }

  /// 16 digits.
  LineWriter& hex(uint64_t bits) {
    at_ = put_hex(bits, 16, at_);
    return *this;
  }

  /// YYYY-MM-DDTHH:MM:SS, or with another byte in between, in quotes.
  LineWriter& timestamp(int64_t seconds, char between) {
    const int64_t days = seconds >= 0
                             ? seconds / record::kDaySeconds
                             : -((record::kDaySeconds - 1 - seconds) / record::kDaySeconds);
    const auto second = static_cast<int>(seconds - days * record::kDaySeconds);
    record::Timestamp t{0, 0, 0, second / 3600, second / 60 % 60, second % 60, {}};
    record::civil_from_days(days, t.year, t.month, t.day);
    put('"');
    record::write_timestamp(t, at_);
    at_[10] = between;
    at_ += record::kTimestampSize;
    return put('"');
  }

 private:
  static bool needs_escape(std::string_view text) {
    bool needs = false;  // no early end: so it is vector code
    for (const char c : text)
      needs |= c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    return needs;
  }
  void escaped(char c) {
    if (c == '"' || c == '\\') {
      put('\\').put(c);
    } else if (c == '\n') {
      put("\\n");
    } else if (static_cast<unsigned char>(c) < 0x20) {
      put("\\u00");
      at_ = put_hex(static_cast<uint8_t>(c), 2, at_);
    } else {
      put(c);
    }
  }

  char* at_;
};

}  // namespace pinpipe::posts
