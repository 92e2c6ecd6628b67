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

#include "json/string.h"

namespace pinpipe::json {

class Writer {
 public:
  /// Appends to `to`, which must outlive it.
  explicit Writer(std::string& to) : to_(to) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }

  /// REQUIRES: in an object; a value comes next.
  void key(std::string_view key) {
    separate();
    append_quoted(key, to_);
    to_ += ':';
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
    to_ += json;
  }
  template <class Value>
  void member(std::string_view name, const Value& value_of_it) {
    key(name);
    value(value_of_it);
  }

 private:
  void begin(char bracket) {
    separate();
    to_ += bracket;
    first_ = true;
  }
  void end(char bracket) {
    to_ += bracket;
    first_ = false;
  }
  void separate() {
    if (!first_) to_ += ',';
    first_ = false;
  }

  std::string& to_;
  bool first_ = true;
};

}  // namespace pinpipe::json
