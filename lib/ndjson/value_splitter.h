// Other forms of JSON than NDJSON, rewritten to lines as they come: a value a line.
//
// Values stand one behind the other, over several lines or many on one, or are the elements of an
// array; or each line is a JSON text of values. A value keeps its bytes but for its line breaks,
// which become blanks. Memory is flat: a value is passed on while it is read, however long it is.
//
// Only brackets and strings are looked at, 64 bytes at a time; whoever reads the lines finds all
// other faults. Where brackets do not match, a string is not closed on its line, or no value begins
// where one should, what follows is part of that line up to the next line of the input that begins
// with '{' in its first column. A line that begins so where a value is open and none may begin ends
// that one.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "json/scanner.h"

namespace pinpipe::ndjson {

/// How values stand in an input that is not NDJSON.
enum class Layout : uint8_t { array, run_together, indented, texts };

/// Where a value begins. There may be one for each two bytes of an input.
struct Place {
  static constexpr uint64_t kMaxLine = UINT64_MAX >> 1;  // what is read never comes so far
  uint64_t line : 63;                                    ///< of the file, from 1
  uint64_t not_closed : 1 = 0;  ///< it is no value: the input ended within an array
};

class ValueSplitter {
 public:
  /// Levels of nesting; deeper values are taken for damaged.
  static constexpr size_t kMaxDepth = 64 * 1024;

  /// With `arrays`, an array is a value. A text of more than `max_text` bytes is left as it is.
  ValueSplitter(Layout layout, bool arrays, size_t max_text)
      : is_texts_(layout == Layout::texts), arrays_(arrays), max_text_(max_text) {}

  /// Appends to `to` what becomes of `bytes`, the next of the input.
  void split(std::string_view bytes, Buffer& to);
  /// Appends what is left at the end of the input; a value that is cut off gets no newline.
  void finish(Buffer& to);

  /// Appends to `to` the places of the next `count` values that were written, in order, and forgets
  /// them.
  void take_places(size_t count, std::vector<Place>& to);

 private:
  enum class State : uint8_t { between, value, scalar, damaged };
  struct Places {  // of values one behind the other, in one line
    Place place;
    size_t count;
  };

  void split_values(std::string_view bytes, Buffer& to);
  size_t skip_to_value(std::string_view bytes, size_t at);
  size_t copy_value(std::string_view bytes, size_t at, Buffer& to);
  size_t copy_window(std::string_view bytes, size_t at, Buffer& to);
  size_t damage(size_t at);
  size_t copy_scalar(std::string_view bytes, size_t at, Buffer& to);
  size_t copy_damaged(std::string_view bytes, size_t at, Buffer& to);
  void open(char bracket) { curly_[depth_++] = bracket == '{'; }
  bool close(char bracket) { return curly_[--depth_] == (bracket == '}'); }
  uint64_t find_strings(uint64_t quotes, uint64_t backslashes, size_t size);
  bool may_begin_inside(std::string_view bytes, size_t at) const;
  bool is_line_start(std::string_view bytes, size_t at) const;
  void begin(State state);
  void add_place(bool not_closed = false);
  void end(Buffer& to);
  void split_texts(std::string_view bytes, Buffer& to);
  void split_text(bool is_ended, Buffer& to);
  void split_content(std::string_view content, Buffer& to);

  bool is_texts_;
  bool arrays_;
  size_t max_text_;
  State state_ = State::between;
  bool in_array_ = false;         // whose elements are the values
  bool in_string_ = false;        // of the value
  bool escaped_ = false;          // the next byte of the value is
  bool broken_ = false;           // the last line of what is damaged has ended
  std::bitset<kMaxDepth> curly_;  // the open brackets of the value
  size_t depth_ = 0;              // how many
  char last_ = '\n';              // byte of the input
  char last_token_ = '\0';        // that is no blank
  uint64_t line_ = 1;             // of the values; of a text, within it
  uint64_t text_line_ = 1;        // of the text
  std::deque<Places> places_;     // of values that were not asked for
  std::string text_;              // a line that has not ended, as an array
  bool is_long_ = false;          // that line, and it is passed on as it comes
  Buffer content_;                // of a text
  json::Scanner scanner_;
  std::vector<json::Element> elements_;
};

}  // namespace pinpipe::ndjson
