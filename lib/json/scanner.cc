#include "json/scanner.h"

#include <algorithm>
#include <bitset>
#include <cstring>

#include "base/ascii.h"
#include "json/number.h"
#include "json/string.h"

namespace pinpipe::json {
namespace {

bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

constexpr size_t kGiantText = 1024 * 1024;

// Reasons that go on with the limit.
constexpr const char* kTooDeep = "nested deeper than ";
constexpr const char* kTooMany = "more than ";

/// Bits of any number, all of them 0 at first.
class Bits {
 public:
  std::vector<bool>::reference operator[](size_t at) {
    if (at >= bits_.size()) bits_.resize(2 * at + 1);
    return bits_[at];
  }

 private:
  std::vector<bool> bits_;
};

bool starts_number(std::string_view text) { return text[0] == '-' || is_digit(text[0]); }

}  // namespace

/// Walks the tokens of one text. Each step takes the token it starts at and gives the one behind
/// what it took; or nullptr, having noted why. The token at hand is an argument, not a member, so
/// that it stays in a register: it is what every next step waits for.
class Walk {
 public:
  using Token = const uint32_t*;  ///< points to where in the text it starts

  Walk(const Tokens& tokens, const FieldIds& fields, size_t max_depth)
      : text_(tokens.base),
        begin_(tokens.begin),
        end_(tokens.end),
        fields_(fields),
        max_depth_(max_depth),
        has_escapes_(std::memchr(text_ + begin_, '\\', end_ - begin_) != nullptr) {}

  /// Returns the token behind the object; or nullptr, and `fault` says why.
  Token object_line(Token first, Members& members) {
    if (byte(first) != '{') return fail(first, "not a JSON object");
    const Token end = object<1>(first, members);
    if (end != nullptr) members.text_ = between(first, end);
    return nothing_behind(end);
  }

  Token array_line(Token first, std::vector<Element>& elements, size_t most) {
    if (byte(first) != '[') return fail(first, "not a JSON array");
    return nothing_behind(array(first, elements, most));
  }

  /// Whether there were more than kMaxRecordDepth levels.
  bool was_deep() const { return was_deep_; }

  /// REQUIRES: a step has failed.
  Error fault() const {
    if (*culprit_ >= end_) return Error{"cut short: an object or array is not closed"};
    std::string reason(reason_);
    if (reason_ == kTooDeep) reason += std::to_string(max_depth_) + " levels";
    if (reason_ == kTooMany) reason += std::to_string(most_members_) + " members";
    return Error{reason + " at byte " + std::to_string(*culprit_ - begin_ + 1)};
  }

 private:
  Token fail(Token at, const char* reason) {
    culprit_ = at;
    reason_ = reason;
    return nullptr;
  }

  /// The first byte of a token; 0 behind the last.
  char byte(Token at) const { return *at < end_ ? text_[*at] : '\0'; }

  /// A token without the blanks behind it.
  std::string_view token_text(Token at) const {
    uint32_t end = at[1];
    while (is_blank(text_[end - 1])) --end;
    return {text_ + *at, end - *at};
  }

  /// From the bracket that `open` starts with to the one before `end`.
  std::string_view between(Token open, Token end) const {
    return {text_ + *open, end[-1] + 1 - *open};
  }

  Token nothing_behind(Token at) {
    return at == nullptr || *at >= end_ ? at : fail(at, "text behind the JSON value");
  }

  Token array(Token at, std::vector<Element>& elements, size_t most) {
    if (byte(++at) == ']') return at + 1;
    for (;;) {
      Member element;
      at = value(at, element, 1);
      if (at == nullptr) return nullptr;
      if (elements.size() <= most) elements.push_back({element.value, element.kind});
      const char end = byte(at);
      if (end == ']') return at + 1;
      if (end != ',') return fail(at, "no ',' or ']'");
      ++at;
    }
  }

  /// An object whose members are wanted. `level` 1 is the line itself, 2 a member of it.
  template <size_t level>
  Token object(Token at, Members& members) {
    if (byte(++at) == '}') return at + 1;
    for (;; ++at) {
      if (members.size_ == members.slots_.size() && !members.grow()) {
        most_members_ = members.most_;
        return fail(at, kTooMany);
      }
      const uint32_t index = members.size_++;
      Member* member = &members.slots_[index];
      at = named_key(at, *member);
      if (at == nullptr) return nullptr;
      if (level == 1 && byte(at) == '{') {
        at = child(at, members, index);
        member = &members.slots_[index];
      } else {
        at = value(at, *member, level);
      }
      if (at == nullptr) return nullptr;
      member->next = members.size_;
      if (level == 1) note_field(members, *member);
      const char end = byte(at);
      if (end == '}') return at + 1;
      if (end != ',') return fail(at, "no ',' or '}'");
    }
  }

  static void note_field(Members& members, const Member& member) {
    const FieldSet name = set_of(member.field);
    members.fields_ = member.kind == Kind::null ? members.fields_ & ~name : members.fields_ | name;
  }

  Token child(Token open, Members& members, uint32_t index) {
    const Token end = object<2>(open, members);
    if (end == nullptr) return nullptr;
    Member& member = members.slots_[index];
    member.kind = Kind::object;
    member.value = between(open, end);
    member.value_escaped = false;
    return end;
  }

  /// The key and its colon, and which of the names it is. Producers write their keys in one order,
  /// so that the name the slot still has from the last line is nearly always right.
  Token named_key(Token at, Member& member) {
    const std::string_view guess = fields_[member.field];
    if (is_key(at, guess)) {
      member.key = {text_ + *at + 1, guess.size()};
      member.key_escaped = false;
      return at + 2;
    }
    at = key(at, member);
    if (at == nullptr) return nullptr;
    member.field = field_of(member);
    return at;
  }

  /// Not in line: nearly no key comes here.
  [[gnu::noinline]] FieldId field_of(const Member& member) const {
    std::string scratch;
    return fields_.find(member.key_escaped ? unescape(member.key, scratch) : member.key);
  }

  /// Whether `name` in quotes and a colon come, without blanks. No key is empty to it.
  bool is_key(Token at, std::string_view name) const {
    if (at[1] >= end_ || at[1] - at[0] != name.size() + 2 || name.empty()) return false;
    const char* const quote = text_ + at[0];
    return *quote == '"' && text_[at[1]] == ':' && same_bytes(quote + 1, name.data(), name.size());
  }

  /// The key and its colon.
  Token key(Token at, Member& member) {
    if (byte(at) != '"') return fail(at, "no key in quotes");
    const auto quoted = token_text(at);
    member.key = inside_quotes(quoted);
    at = string(at, quoted, member.key_escaped);
    if (at == nullptr) return nullptr;
    return byte(at) == ':' ? at + 1 : fail(at, "no ':' behind a key");
  }

  /// `level` is that of the object or array that it is in.
  Token value(Token at, Member& to, size_t level) {
    switch (byte(at)) {
      case '"':
        to.kind = Kind::string;
        to.value = token_text(at);
        return string(at, to.value, to.value_escaped);
      case '{':
      case '[': {
        const Token end = nested(at, level);
        if (end == nullptr) return nullptr;
        to.kind = byte(at) == '{' ? Kind::object : Kind::array;
        to.value = between(at, end);
        to.value_escaped = false;
        return end;
      }
      case '\0':
        return fail(at, "not a JSON value");
      default:
        to.value = token_text(at);
        to.value_escaped = false;
        return scalar(at, to);
    }
  }

  Token string(Token at, std::string_view quoted, bool& escaped) {
    escaped = false;
    if (has_escapes_) {
      escaped = std::memchr(quoted.data(), '\\', quoted.size()) != nullptr;
      if (escaped && !valid_escapes(quoted)) return fail(at, "invalid escape in the string");
    }
    return at + 1;
  }

  Token scalar(Token at, Member& to) {
    const std::string_view text = to.value;
    if (const Number number = number_in(text, text_ + end_); number != Number::none) {
      to.kind = Kind::number;
      to.integer = number == Number::integer;
    } else if (text == "null") {
      to.kind = Kind::null;
    } else if (text == "true" || text == "false") {
      to.kind = Kind::boolean;
    } else {
      return fail(at, starts_number(text) ? "invalid number" : "not a JSON value");
    }
    return at + 1;
  }

  /// An object or array of any depth, in one of `level`: the open brackets are bits, not stack
  /// frames.
  [[gnu::noinline]] Token nested(Token at, size_t level) {
    std::bitset<kMaxRecordDepth> in_object;
    const Token end = nested_in(at, level, in_object, kMaxRecordDepth);
    if (end != nullptr || reason_ != kTooDeep || max_depth_ <= kMaxRecordDepth) return end;
    was_deep_ = true;
    Bits in_any_object;
    return nested_in(at, level, in_any_object, max_depth_);
  }

  template <class Open>
  [[gnu::always_inline]] Token nested_in(Token at, size_t level, Open& in_object,
                                         size_t max_depth) {
    size_t depth = 0;
    do {
      const char open = byte(at);
      Member ignored;
      if (open == '{' || open == '[') {
        if (level + depth >= max_depth) return fail(at, kTooDeep);
        in_object[depth++] = open == '{';
        if (byte(++at) != (open == '{' ? '}' : ']')) {
          if (open == '{' && (at = key(at, ignored)) == nullptr) return nullptr;
          continue;
        }
      } else if ((at = value(at, ignored, level)) == nullptr) {
        return nullptr;
      }
      at = close_or_next(at, in_object, depth);
    } while (at != nullptr && depth > 0);
    return at;
  }

  /// Behind a value inside brackets: closes as many as close here, or goes on to the next value.
  template <class Open>
  Token close_or_next(Token at, Open& in_object, size_t& depth) {
    for (; depth > 0; --depth, ++at) {
      const bool object = in_object[depth - 1];
      const char end = byte(at);
      if (end == ',') {
        Member ignored;
        return object ? key(at + 1, ignored) : at + 1;
      }
      if (end != (object ? '}' : ']')) {
        return fail(at, object ? "no ',' or '}'" : "no ',' or ']'");
      }
    }
    return at;
  }

  const char* const text_;  // what offsets count from
  const uint32_t begin_;
  const uint32_t end_;
  const FieldIds& fields_;
  const size_t max_depth_;
  const bool has_escapes_;
  Token culprit_ = nullptr;
  const char* reason_ = "";
  uint32_t most_members_ = 0;  // where reason_ is kTooMany
  bool was_deep_ = false;
};

bool Members::grow() {
  if (size_ == most_) return false;
  slots_.resize(std::min(2 * size_ + 16, most_));
  return true;
}

const FieldIds Scanner::kNoFields;

void Scanner::expect(std::string_view lines) {
  // With a giant line there is nothing to gain.
  const bool found = lines.size() <= kGiantText && expected_index_.find(lines) == nullptr;
  expected_ = found ? lines : std::string_view();
  next_expected_ = expected_index_.starts().data();
}

/// The first token at `offset` of the expected lines or behind it.
const uint32_t* Scanner::first_expected(uint32_t offset) const {
  const auto all = expected_index_.starts();
  const bool is_next =
      (next_expected_ == all.data() || next_expected_[-1] < offset) && *next_expected_ >= offset;
  return is_next ? next_expected_ : std::lower_bound(all.data(), all.data() + all.size(), offset);
}

/// Returns nullptr, or why there is no such thing in `text`.
const char* Scanner::find_tokens(std::string_view text, Tokens& tokens) {
  const auto offset =
      reinterpret_cast<uintptr_t>(text.data()) - reinterpret_cast<uintptr_t>(expected_.data());
  if (offset < expected_.size()) {
    const auto begin = static_cast<uint32_t>(offset);
    tokens = {expected_.data(), first_expected(begin), begin,
              begin + static_cast<uint32_t>(text.size())};
    return nullptr;
  }
  const char* const reason = index_.find(text);
  tokens = {text.data(), index_.starts().data(), 0, static_cast<uint32_t>(text.size())};
  return reason;
}

void Scanner::give_back() {
  index_.give_back();
  expected_index_.give_back();
  expected_ = {};
  next_expected_ = nullptr;
}

Status Scanner::object(std::string_view text, Members& members) {
  auto status = cut_object(text, members);
  if (text.size() > kGiantText) index_.give_back();  // members are views into the text alone
  return status;
}

Status Scanner::array(std::string_view text, std::vector<Element>& elements, size_t most) {
  auto status = cut_array(text, elements, most);
  if (text.size() > kGiantText) index_.give_back();
  return status;
}

Status Scanner::cut_object(std::string_view text, Members& members) {
  members.clear();
  Tokens tokens;
  if (const char* reason = find_tokens(text, tokens)) return Error{reason};
  Walk walk(tokens, *fields_, max_depth_);
  const auto* const end = walk.object_line(tokens.first, members);
  was_deep_ = walk.was_deep();
  if (end == nullptr) return walk.fault();
  if (tokens.base == expected_.data()) next_expected_ = end;
  return {};
}

Status Scanner::cut_array(std::string_view text, std::vector<Element>& elements, size_t most) {
  elements.clear();
  Tokens tokens;
  if (const char* reason = find_tokens(text, tokens)) return Error{reason};
  Walk walk(tokens, *fields_, max_depth_);
  const auto* const end = walk.array_line(tokens.first, elements, most);
  was_deep_ = walk.was_deep();
  return end != nullptr ? Status() : walk.fault();
}

}  // namespace pinpipe::json
