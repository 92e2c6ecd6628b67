#include "ndjson/value_splitter.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/swar.h"
#include "json/string.h"

namespace pinpipe::ndjson {
namespace {

constexpr size_t kWindow = 64;
constexpr size_t kKept = 1024 * 1024;  // memory, from line to line
constexpr std::string_view kBlanks = " \t\r\n";

/// Where 64 bytes have what values are made of: a bit a byte.
struct Marks {
  uint64_t quotes = 0;
  uint64_t backslashes = 0;
  uint64_t opening = 0;
  uint64_t closing = 0;
  uint64_t newlines = 0;
  uint64_t returns = 0;
};

// A bit for each byte that is `c`, the lowest for the first.
#ifdef __SSE2__  // which all of x86-64 has: a fifth of the instructions
constexpr size_t kVector = sizeof(__m128i);

__m128i vector_at(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
__m128i bracket_folded(__m128i bytes) { return _mm_or_si128(bytes, _mm_set1_epi8(0x20)); }
uint64_t bits_that_are(__m128i bytes, char c) {
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
}
#else
constexpr size_t kVector = kWord;

uint64_t vector_at(const char* at) { return word_at(at); }
uint64_t bracket_folded(uint64_t bytes) { return bytes | 0x20 * kOnes; }
uint64_t bits_that_are(uint64_t bytes, char c) {
  constexpr uint64_t kLow = ~kHighBits;
  const uint64_t others = bytes ^ static_cast<uint8_t>(c) * kOnes;
  const uint64_t equal = ~(((others & kLow) + kLow) | others | kLow);  // exact for each byte
  return (equal >> 7) * 0x0102040810204080 >> 56;
}
#endif

Marks find_marks(const char* window) {
  Marks marks;
  for (size_t i = 0; i < kWindow; i += kVector) {
    const auto bytes = vector_at(window + i);
    const auto folded = bracket_folded(bytes);  // '[' is as '{', ']' as '}'
    marks.quotes |= bits_that_are(bytes, '"') << i;
    marks.backslashes |= bits_that_are(bytes, '\\') << i;
    marks.opening |= bits_that_are(folded, '{') << i;
    marks.closing |= bits_that_are(folded, '}') << i;
    marks.newlines |= bits_that_are(bytes, '\n') << i;
    marks.returns |= bits_that_are(bytes, '\r') << i;
  }
  return marks;
}

/// Each bit of the result is whether the bits up to and with it are odd in number.
uint64_t parities(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

void blank_out(uint64_t marked, char* bytes) {
  for (; marked != 0; marked &= marked - 1) bytes[std::countr_zero(marked)] = ' ';
}

}  // namespace

void ValueSplitter::split(std::string_view bytes, Buffer& to) {
  is_texts_ ? split_texts(bytes, to) : split_values(bytes, to);
}

void ValueSplitter::split_values(std::string_view bytes, Buffer& to) {
  for (size_t at = 0; at < bytes.size();) {
    switch (state_) {
      case State::between:
        at = skip_to_value(bytes, at);
        break;
      case State::value:
        at = copy_value(bytes, at, to);
        break;
      case State::scalar:
        at = copy_scalar(bytes, at, to);
        break;
      case State::damaged:
        at = copy_damaged(bytes, at, to);
        break;
    }
  }
  if (bytes.empty()) return;
  last_ = bytes.back();
  const size_t token = bytes.find_last_not_of(kBlanks);
  if (token != bytes.npos) last_token_ = bytes[token];
}

size_t ValueSplitter::skip_to_value(std::string_view bytes, size_t at) {
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    line_ += c == '\n';
    if (kBlanks.find(c) != kBlanks.npos || (in_array_ && c == ',')) continue;
    if (in_array_ && c == ']') {
      in_array_ = false;
    } else if (!in_array_ && !arrays_ && c == '[') {
      in_array_ = true;
    } else if (c == '{' || c == '[') {
      begin(State::value);
      break;
    } else {
      begin(in_array_ ? State::scalar : State::damaged);
      break;
    }
  }
  return at;
}

size_t ValueSplitter::copy_value(std::string_view bytes, size_t at, Buffer& to) {
  while (state_ == State::value && at < bytes.size()) at = copy_window(bytes, at, to);
  return at;
}

/// Copies up to 64 bytes of the value, or up to its end.
size_t ValueSplitter::copy_window(std::string_view bytes, size_t at, Buffer& to) {
  const size_t size = std::min(kWindow, bytes.size() - at);
  char* out = to.room(kWindow);
  if (size < kWindow) std::memset(out, ' ', kWindow);
  std::memcpy(out, bytes.data() + at, size);
  const Marks marks = find_marks(out);
  const uint64_t strings = find_strings(marks.quotes, marks.backslashes, size);
  blank_out((marks.newlines | marks.returns) & ~strings, out);
  const uint64_t brackets = (marks.opening | marks.closing) & ~strings;
  for (uint64_t left = brackets | marks.newlines; left != 0; left &= left - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(left));
    const char c = bytes[at + i];
    if (c == '\n') {
      ++line_;
      if ((strings >> i & 1) == 0) continue;
      to.grew(i);
      broken_ = true;
      return damage(at + i + 1);
    }
    if (marks.opening >> i & 1) {
      const bool is_stray = c == '{' && depth_ > 0 && is_line_start(bytes, at + i) &&
                            !may_begin_inside(bytes, at + i);
      if (!is_stray && depth_ < kMaxDepth) {
        open(c);
        continue;
      }
      to.grew(i);
      return damage(at + i);
    }
    if (!close(c)) {
      to.grew(i);
      return damage(at + i);
    }
    if (depth_ > 0) continue;
    to.grew(i + 1);
    end(to);
    return at + i + 1;
  }
  to.grew(size);
  return at + size;
}

/// Which of a window's bytes are within strings, their opening quotes too.
uint64_t ValueSplitter::find_strings(uint64_t quotes, uint64_t backslashes, size_t size) {
  uint64_t escaped = escaped_ ? 1 : 0;
  escaped_ = false;
  for (; backslashes != 0; backslashes &= backslashes - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(backslashes));
    if (escaped >> i & 1) continue;
    if (i + 1 == size) {
      escaped_ = true;
    } else {
      escaped |= uint64_t{2} << i;
    }
  }
  const uint64_t strings = parities(quotes & ~escaped) ^ (in_string_ ? ~uint64_t{0} : 0);
  in_string_ = strings >> (kWindow - 1);
  return strings;
}

size_t ValueSplitter::damage(size_t at) {
  state_ = State::damaged;
  return at;
}

/// Whether an object may begin at `at` within the open value.
bool ValueSplitter::may_begin_inside(std::string_view bytes, size_t at) const {
  const size_t before = bytes.substr(0, at).find_last_not_of(kBlanks);
  const char token = before == bytes.npos ? last_token_ : bytes[before];
  return curly_[depth_ - 1] ? token == ':' : token == '[' || token == ',';
}

bool ValueSplitter::is_line_start(std::string_view bytes, size_t at) const {
  return (at == 0 ? last_ : bytes[at - 1]) == '\n';
}

/// An element that is neither an object nor an array.
size_t ValueSplitter::copy_scalar(std::string_view bytes, size_t at, Buffer& to) {
  constexpr std::string_view kBehind = " \t\r,]{[";
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (c == '\n' || (!in_string_ && kBehind.find(c) != kBehind.npos)) {
      end(to);
      return at;
    }
    to.append(c);
    if (c == '"' && !escaped_) {
      if (in_string_) {
        end(to);
        return at + 1;
      }
      in_string_ = true;
    }
    escaped_ = in_string_ && c == '\\' && !escaped_;
  }
  return at;
}

/// Up to the next line that begins with '{' in its first column.
size_t ValueSplitter::copy_damaged(std::string_view bytes, size_t at, Buffer& to) {
  while (at < bytes.size()) {
    if (bytes[at] == '{' && is_line_start(bytes, at)) {
      end(to);
      return at;
    }
    if (broken_) to.append(' ');
    const size_t newline = bytes.find('\n', at);
    broken_ = newline != bytes.npos;
    const auto line = bytes.substr(at, newline - at);
    to.append(line);
    std::replace(to.data() + to.size() - line.size(), to.data() + to.size(), '\r', ' ');
    if (!broken_) return bytes.size();
    ++line_;
    at = newline + 1;
  }
  return at;
}

void ValueSplitter::begin(State state) {
  state_ = state;
  depth_ = 0;
  in_string_ = escaped_ = broken_ = false;
  add_place();
}

void ValueSplitter::add_place(bool not_closed) {
  const uint64_t line = is_texts_ ? text_line_ : line_;
  const bool is_same = !places_.empty() && places_.back().place.line == line &&
                       places_.back().place.not_closed == not_closed;
  if (is_same) {
    ++places_.back().count;
  } else {
    places_.push_back({{line & Place::kMaxLine, not_closed}, 1});
  }
}

void ValueSplitter::end(Buffer& to) {
  to.append('\n');
  state_ = State::between;
}

void ValueSplitter::finish(Buffer& to) {
  if (is_texts_) {
    if (!text_.empty()) split_text(false, to);
  } else if (state_ == State::between && in_array_) {
    add_place(true);
    to.append('[');
  }
  in_array_ = false;
}

void ValueSplitter::take_places(size_t count, std::vector<Place>& to) {
  while (count > 0 && !places_.empty()) {
    auto& [place, left] = places_.front();
    const size_t taken = std::min(count, left);
    to.insert(to.end(), taken, place);
    count -= taken;
    left -= taken;
    if (left == 0) places_.pop_front();
  }
}

void ValueSplitter::split_texts(std::string_view bytes, Buffer& to) {
  while (!bytes.empty()) {
    const size_t newline = bytes.find('\n');
    const auto line = bytes.substr(0, newline);
    if (is_long_) {
      to.append(line);
    } else {
      if (text_.empty()) text_ = '[';
      text_ += line;
      if (text_.size() > max_text_) {
        is_long_ = true;
        add_place();
        to.append(std::string_view(text_).substr(1));
        give_back(text_);
      }
    }
    if (newline == bytes.npos) return;
    if (is_long_) {
      to.append('\n');
    } else {
      split_text(true, to);
    }
    is_long_ = false;
    ++text_line_;
    bytes.remove_prefix(newline + 1);
  }
}

/// The line in `text_`: what its text says, or the line as it is.
void ValueSplitter::split_text(bool is_ended, Buffer& to) {
  const std::string_view line = std::string_view(text_).substr(1);
  const size_t begin = line.find_first_not_of(" \t\r");
  if (begin == line.npos) return text_.clear();
  content_.clear();
  if (line[begin] == '"') {
    text_ += ']';
    if (scanner_.array(text_, elements_).ok() && elements_.size() == 1) {
      json::append_unescaped(json::inside_quotes(elements_[0].value), content_);
    }
    text_.pop_back();
  }
  const size_t inside = content_.view().find_first_not_of(kBlanks);
  if (inside != line.npos && (content_.view()[inside] == '{' || content_.view()[inside] == '[')) {
    split_content(content_.view(), to);
  } else {
    add_place();
    to.append(std::string_view(text_).substr(1));
    if (is_ended) to.append('\n');
  }
  text_.clear();
  if (text_.capacity() > kKept) give_back(text_);
  content_.shrink(kKept);
}

void ValueSplitter::split_content(std::string_view content, Buffer& to) {
  last_ = '\n';
  split_values(content, to);
  if (state_ != State::between) end(to);
  if (in_array_) {
    add_place(true);
    to.append("[\n");
    in_array_ = false;
  }
}

}  // namespace pinpipe::ndjson
