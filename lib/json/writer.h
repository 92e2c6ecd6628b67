// JSON written member by member: stats, reports, rejects, and what tools print about themselves.
//
//   json::Writer writer(text);
//   writer.begin_object();
//   writer.member("tool", tool);           // a string, a number or a bool
//   writer.key("files");
//   writer.begin_array();
//   for (const auto& file : files) writer.value(file);
//   writer.end_array();
//   writer.end_object();                    // {"tool":"clean-pin","files":["a","b"]}
//
// What is written is compact. Lines of records are not written by it: they are copied.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "json/string.h"

namespace pinpipe::json {

/// `Text` is std::string or Buffer.
template <class Text>
class Writer {
 public:
  /// Appends to `to`, which must outlive it.
  explicit Writer(Text& to) : to_(to) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }

  /// REQUIRES: in an object; a value comes next.
  void key(std::string_view key) {
    separate();
    append_quoted(key, to_);
    append(":");
    first_ = true;  // no comma before the value
  }
  /// UTF-8, as a string.
  void value(std::string_view text) {
    separate();
    append_quoted(text, to_);
  }
  void value(const char* text) { value(std::string_view(text)); }
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(std::same_as<bool> auto truth) { raw(truth ? "true" : "false"); }
  void value(std::integral auto number) requires(!std::same_as<decltype(number), bool>) {
    raw(std::to_string(number));
  }
  /// A value that is JSON text already.
  void raw(std::string_view json) {
    separate();
    append(json);
  }
  void null() { raw("null"); }
  /// A value that `write` appends to the text, as JSON.
  template <class Write>
  void value_by(Write write) {
    separate();
    write(to_);
  }
  template <class Value>
  void member(std::string_view name, const Value& value_of_it) {
    key(name);
    value(value_of_it);
  }

 private:
  void append(std::string_view json) { to_.append(json); }
  void begin(char bracket) {
    separate();
    append({&bracket, 1});
    first_ = true;
  }
  void end(char bracket) {
    append({&bracket, 1});
    first_ = false;
  }
  void separate() {
    if (!first_) append(",");
    first_ = false;
  }

  Text& to_;
  bool first_ = true;
};

}  // namespace pinpipe::json
