// A JSON object that is no record, and a way to ask for its members: replies of servers, files of
// our own.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/scanner.h"

namespace pinpipe::json {

class Object {
 public:
  /// Whether `text` is one; it must outlive what is asked. Another one may be read after it.
  bool read(std::string_view text);

  /// The last member of that key. Nothing where it is null, too: some servers write
  /// "ErrorCode":null.
  const Member* find(std::string_view key) const;
  /// The text of the first of `keys` that is a string or a number; "" without.
  std::string text(std::initializer_list<std::string_view> keys) const;
  std::optional<int64_t> integer(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  /// Lists what is in the array `key`, up to `most` and one. Whether there is one.
  bool list(std::string_view key, std::vector<Element>& elements, size_t most = SIZE_MAX) const;

  /// Calls `visit(key, value)` with each member, whatever it is; keys are unescaped.
  template <class Visit>
  void each(Visit visit) const {
    members_.each(0, members_.size(),
                  [&](const Member& member, uint32_t) { visit(key_of(member), member); });
  }

 private:
  static std::string key_of(const Member& member);

  Scanner scanner_;
  Members members_;
  mutable Scanner list_scanner_;
};

/// The text of a value that is a string; "" of another.
std::string text_of(std::string_view value, Kind kind);

}  // namespace pinpipe::json
