// JSON text that a scanner has passed, read once more: from a request to the records in it.
//
// What is known to be right needs no second check, so that finding the end of a string is one
// search for a quote. A position moves through the text, here over the members of the elements of
// an array:
//
//   CheckedText text(array);
//   for (bool more = text.enter(); more; more = text.next()) {
//     for (bool inner = text.enter(); inner; inner = text.next()) {
//       const auto key = text.key();
//       const auto value = text.value();
//     }
//   }
//
// REQUIRES of all steps: the text is valid, the position is where the step says, and each element
// and member is taken whole before `next`. Views are of the text, and live as long as it.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "json/scanner.h"

namespace pinpipe::json {

class CheckedText {
 public:
  struct Value {
    std::string_view text;
    json::Kind kind = json::Kind::null;
    bool has_blanks = false;  ///< between the tokens of an object or array
  };

  explicit CheckedText(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {
    skip_blanks();
  }

  const char* at() const { return at_; }  ///< where the position is

  /// Of the value at hand.
  json::Kind kind() const;

  /// Into the object or array at hand, to its first member or element. False: it has none, and the
  /// position is behind it.
  bool enter() { return go_on(); }
  /// From behind a value to the next of the same object or array. False as above.
  bool next() {
    skip_blanks();
    return go_on();
  }
  /// Takes the key at hand and its colon; gives what is between the quotes.
  std::string_view key();
  /// Takes the value at hand.
  Value value();
  /// Takes the object at hand; gives its last member of each name, however its key is escaped.
  template <size_t N>
  std::array<std::optional<Value>, N> members(const std::array<std::string_view, N>& names);
  std::optional<Value> member(std::string_view name) { return members(std::array{name})[0]; }

 private:
  void skip_blanks();
  bool go_on();
  void take_string();
  bool take_nested();
  void take_scalar();

  const char* at_;
  const char* end_;
};

/// Whether `key`, escapes as written, stands for `name`.
bool is_named(std::string_view key, std::string_view name);

template <size_t N>
std::array<std::optional<CheckedText::Value>, N> CheckedText::members(
    const std::array<std::string_view, N>& names) {
  std::array<std::optional<Value>, N> found;
  for (bool more = enter(); more; more = next()) {
    const auto name = key();
    const auto member = value();
    const auto plain = std::ranges::find(names, name);
    if (plain != names.end()) {
      found[static_cast<size_t>(plain - names.begin())] = member;
    } else if (name.find('\\') != name.npos) [[unlikely]] {
      for (size_t i = 0; i < N; ++i) {
        if (is_named(name, names[i])) found[i] = member;
      }
    }
  }
  return found;
}

}  // namespace pinpipe::json
