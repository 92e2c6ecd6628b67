#include "ndjson/scan.h"

#include <bitset>
#include <cstring>

namespace pinpipe::ndjson {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The value of \uXXXX at the start of `text`, or -1.
int code_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
  int unit = 0;
  for (int i = 2; i < 6; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/// Bytes of the escape at the start of `text`; 0 where it is none.
size_t escape_size(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] != 'u') return std::strchr("\"\\/bfnrt", text[1]) != nullptr && text[1] != 0 ? 2 : 0;
  const int unit = code_unit(text);
  if (unit < 0xD800 || unit > 0xDFFF) return unit < 0 ? 0 : 6;
  const int low = unit < 0xDC00 ? code_unit(text.substr(6)) : -1;
  return low >= 0xDC00 && low <= 0xDFFF ? 12 : 0;
}

bool valid_escapes(std::string_view text) {
  for (size_t at = text.find('\\'); at != text.npos; at = text.find('\\', at)) {
    const size_t size = escape_size(text.substr(at));
    if (size == 0) return false;
    at += size;
  }
  return true;
}

/// Walks the tokens of one text. Each step moves `token_` behind what it took, or sets `reason_`
/// with `token_` on the culprit and returns false.
class Walk {
 public:
  Walk(std::string_view text, const TokenIndex& index)
      : text_(text),
        starts_(index.starts()),
        count_(index.count()),
        has_escapes_(std::memchr(text.data(), '\\', text.size()) != nullptr) {}

  bool object_line(Members& members) {
    if (byte() != '{') return fail("no JSON object");
    return object(members, 1) && nothing_follows();
  }

  bool array_line(std::vector<Element>& elements) {
    if (byte() != '[') return fail("no JSON array");
    ++token_;
    if (byte() == ']') return ++token_, nothing_follows();
    for (;;) {
      Member value;
      if (!any_value(value)) return false;
      elements.push_back({value.value, value.kind});
      const char end = byte();
      if (end != ',' && end != ']') return fail("no ',' or ']'");
      ++token_;
      if (end == ']') return nothing_follows();
    }
  }

  Verdict fault() const {
    if (token_ >= count_) return Fault{"cut short: an object or array is not closed"};
    return Fault{std::string(reason_) + " at byte " + std::to_string(starts_[token_] + 1)};
  }

 private:
  bool fail(const char* reason) {
    reason_ = reason;
    return false;
  }

  /// The first byte of the current token; 0 behind the last.
  char byte() const { return token_ < count_ ? text_[starts_[token_]] : '\0'; }

  /// The current token without the blanks behind it.
  std::string_view token_text() const {
    const uint32_t start = starts_[token_];
    uint32_t end = starts_[token_ + 1];
    while (is_blank(text_[end - 1])) --end;
    return text_.substr(start, end - start);
  }

  bool nothing_follows() { return token_ == count_ || fail("text behind the JSON value"); }

  /// An object whose members are wanted. `level` 1 is the line itself, 2 a member of it.
  bool object(Members& members, size_t level) {
    level_ = level;
    ++token_;
    if (byte() == '}') return ++token_, true;
    for (;;) {
      const uint32_t at = members.size();
      Member& slot = members.all.emplace_back();
      if (!key(slot)) return false;
      if (level == 1 && byte() == '{') {
        if (!child_object(members, at)) return false;
      } else if (!any_value(slot)) {
        return false;
      }
      members.all[at].next = members.size();
      const char end = byte();
      if (end != ',' && end != '}') return fail("no ',' or '}'");
      ++token_;
      if (end == '}') return true;
    }
  }

  bool child_object(Members& members, uint32_t at) {
    const uint32_t start = starts_[token_];
    if (!object(members, 2)) return false;
    level_ = 1;
    members.all[at].kind = Kind::object;
    members.all[at].value = text_.substr(start, starts_[token_ - 1] + 1 - start);
    return true;
  }

  /// The key and its colon.
  bool key(Member& member) {
    if (byte() != '"') return fail("no key in quotes");
    const auto quoted = token_text();
    member.key = quoted.substr(1, quoted.size() - 2);
    if (!string(quoted, member.key_escaped)) return false;
    if (byte() != ':') return fail("no ':' behind a key");
    ++token_;
    return true;
  }

  bool any_value(Member& value) {
    switch (byte()) {
      case '"':
        value.kind = Kind::string;
        value.value = token_text();
        return string(value.value, value.value_escaped);
      case '{':
      case '[': {
        const uint32_t start = starts_[token_];
        value.kind = byte() == '{' ? Kind::object : Kind::array;
        if (!nested()) return false;
        value.value = text_.substr(start, starts_[token_ - 1] + 1 - start);
        return true;
      }
      case '\0':
        return fail("no JSON value");
      default:
        value.value = token_text();
        return scalar(value.value, value.kind);
    }
  }

  bool string(std::string_view quoted, bool& escaped) {
    if (has_escapes_) {
      escaped = std::memchr(quoted.data(), '\\', quoted.size()) != nullptr;
      if (escaped && !valid_escapes(quoted)) return fail("invalid escape in the string");
    }
    ++token_;
    return true;
  }

  bool scalar(std::string_view token, Kind& kind) {
    if (token == "null") {
      kind = Kind::null;
    } else if (token == "true" || token == "false") {
      kind = Kind::boolean;
    } else if (is_number(token)) {
      kind = Kind::number;
    } else {
      return fail(token[0] == '-' || is_digit(token[0]) ? "invalid number" : "no JSON value");
    }
    ++token_;
    return true;
  }

  /// An object or array of any depth: the open brackets are bits, not stack frames.
  bool nested() {
    std::bitset<kMaxDepth> in_object;
    size_t depth = 0;
    do {
      const char open = byte();
      Member ignored;
      if (open == '{' || open == '[') {
        if (level_ + depth >= kMaxDepth) return fail("nested deeper than 1024 levels");
        ++token_;
        in_object[depth++] = open == '{';
        if (byte() != (open == '{' ? '}' : ']')) {
          if (open == '{' && !key(ignored)) return false;
          continue;
        }
      } else if (!any_value(ignored)) {
        return false;
      }
      if (!close_or_next(in_object, depth)) return false;
    } while (depth > 0);
    return true;
  }

  /// Behind a value inside brackets: closes as many as close here, or goes on to the next value.
  bool close_or_next(const std::bitset<kMaxDepth>& in_object, size_t& depth) {
    while (depth > 0) {
      const bool object = in_object[depth - 1];
      const char end = byte();
      if (end == ',') {
        ++token_;
        Member ignored;
        return !object || key(ignored);
      }
      if (end != (object ? '}' : ']')) return fail(object ? "no ',' or '}'" : "no ',' or ']'");
      ++token_;
      --depth;
    }
    return true;
  }

  std::string_view text_;
  const uint32_t* starts_;
  uint32_t count_;
  uint32_t token_ = 0;
  bool has_escapes_;
  size_t level_ = 1;  // of the object or array whose values are read
  const char* reason_ = "";
};

}  // namespace

bool is_number(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto digits = [&] {
    const char* start = at;
    while (at < end && is_digit(*at)) ++at;
    return at > start;
  };
  if (at < end && *at == '-') ++at;
  if (at < end && *at == '0') {
    ++at;
  } else if (!digits()) {
    return false;
  }
  if (at < end && *at == '.' && (++at, !digits())) return false;
  if (at < end && (*at | 0x20) == 'e') {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    if (!digits()) return false;
  }
  return at == end;
}

Verdict Scanner::object(std::string_view text, Members& members) {
  members.all.clear();
  if (const char* reason = index_.find(text)) return Fault{reason};
  Walk walk(text, index_);
  if (walk.object_line(members)) return std::nullopt;
  return walk.fault();
}

Verdict Scanner::array(std::string_view text, std::vector<Element>& elements) {
  elements.clear();
  if (const char* reason = index_.find(text)) return Fault{reason};
  Walk walk(text, index_);
  if (walk.array_line(elements)) return std::nullopt;
  return walk.fault();
}

}  // namespace pinpipe::ndjson
