#include "clean/field_reader.h"

#include <cmath>
#include <cstdlib>

#include "base/ascii.h"
#include "json/number.h"
#include "json/string.h"
#include "record/records.h"
#include "record/values.h"

namespace pinpipe::clean {
namespace {

using json::Member;

/// Cheap for nearly all: a text that starts with something above a blank, and no escape, is not
/// blank.
bool is_blank(std::string_view inside) {
  if (inside.empty()) return true;
  const auto first = static_cast<unsigned char>(inside[0]);
  return (first <= ' ' || first == '\\') && json::is_ascii_blank(inside);
}

/// Always inline: a call, which the compiler makes of it at whim, takes 1 % of a pin.
[[gnu::always_inline]] inline bool is_placeholder(const Rule& rule, std::string_view value) {
  for (const auto null : rule.nulls) {
    if (value == null) return true;
  }
  return false;
}

/// "7" of "7.0" and "7.00", which is what pandas makes of integers beside a null.
std::string_view without_zero_fraction(std::string_view text) {
  const size_t end = text.find_last_not_of('0');
  if (end == text.npos || end + 1 == text.size() || text[end] != '.') return text;
  return text.substr(0, end);
}

/// The digits of a JSON number that tell its size from another's of the same magnitude: "-0.0900e3"
/// is "9".
std::string significant_digits(std::string_view number) {
  std::string digits;
  for (const char c : number.substr(0, number.find_first_of("eE"))) {
    if (c >= (digits.empty() ? '1' : '0') && c <= '9') digits += c;
  }
  digits.resize(digits.find_last_not_of('0') + 1);
  return digits;
}

/// As `within`, for a number with an exponent.
bool scaled_within(std::string_view number, std::string_view limit) {
  // With an end, for strtod, because from_chars tells nothing of tiny numbers.
  const double value = std::fabs(std::strtod(std::string(number).c_str(), nullptr));
  const double most = std::strtod(std::string(limit).c_str(), nullptr);
  if (value != most) return value < most;
  // A double rounds: 90.000000000000000001e0 is 90 to it, and is not.
  return significant_digits(number) <= significant_digits(limit);
}

/// Whether `number`, a JSON number, is within ±`limit`, an integer: by its digits, which are exact.
bool within(std::string_view number, std::string_view limit) {
  if (number[0] == '-') number.remove_prefix(1);
  size_t whole = 0;  // digits before the point
  while (whole < number.size() && is_digit(number[whole])) ++whole;
  bool fraction = false;  // one that is not zero
  for (const char c : number.substr(whole)) {
    if (c == 'e' || c == 'E') return scaled_within(number, limit);
    fraction |= c > '0';
  }
  if (whole != limit.size()) return whole < limit.size();
  const int order = number.compare(0, whole, limit);
  return order < 0 || (order == 0 && !fraction);
}

}  // namespace

bool is_missing(const Member* member) {
  if (is_absent(member)) return true;
  return member->kind == json::Kind::string && is_blank(json::inside_quotes(member->value));
}

/// A scalar's value without quotes and escapes: a view into the line or into scratch_.
struct FieldReader::Plain {
  Read read;  // `value`, or why there is none
  std::string_view text;
};

FieldReader::Plain FieldReader::plain(const Member* member) {
  culprit_ = member;
  if (is_absent(member)) return {Read::absent, {}};
  if (member->kind == json::Kind::number) return {Read::value, member->value};
  if (member->kind != json::Kind::string) return {Read::unreadable, {}};
  auto inside = json::inside_quotes(member->value);
  if (is_blank(inside)) return {Read::nulled, {}};
  return {Read::value, member->value_escaped ? json::unescape(inside, scratch_) : inside};
}

/// Whether a text is to be kept as it is: Read::value.
Read FieldReader::kept_text(const Rule& rule, const Member* member) {
  culprit_ = member;
  if (is_absent(member)) return Read::absent;
  if (member->kind != json::Kind::string) return Read::unreadable;
  const auto inside = json::inside_quotes(member->value);
  if (is_blank(inside)) return Read::nulled;
  if (rule.nulls.empty()) return Read::value;
  const auto value = member->value_escaped ? json::unescape(inside, scratch_) : inside;
  return is_placeholder(rule, value) ? Read::nulled : Read::value;
}

Read FieldReader::text(const Rule& rule, const Member* member, Cursor& to) {
  const Read read = kept_text(rule, member);
  if (read == Read::value) to.put(member->value);
  return read;
}

Read FieldReader::path(const Rule& rule, const Member* member, Cursor& to) {
  const Read read = kept_text(rule, member);
  if (read != Read::value) return read;
  auto inside = json::inside_quotes(member->value);
  while (const size_t size = json::escaped_prefix(inside, rule.prefix)) inside.remove_prefix(size);
  if (is_blank(inside)) return Read::nulled;
  to.put('"');
  to.put(inside);
  to.put('"');
  return Read::value;
}

Read FieldReader::tags(const Rule& rule, const Member* member, Cursor& to) {
  if (member == nullptr || member->kind != json::Kind::array) return text(rule, member, to);
  culprit_ = member;
  if (!scanner_.array(member->value, elements_).ok()) return Read::unreadable;
  joined_.clear();
  for (const auto& element : elements_) {
    if (element.kind != json::Kind::string) return Read::unreadable;
    joined_ += joined_.empty() ? '"' : ',';
    joined_ += json::inside_quotes(element.value);
  }
  joined_ += joined_.empty() ? "\"\"" : "\"";
  Member whole = *member;
  whole.kind = json::Kind::string;
  whole.value = joined_;
  whole.value_escaped = true;  // not known: look
  const Read read = text(rule, &whole, to);
  culprit_ = member;
  return read;
}

Read FieldReader::integer(const Member* member, Cursor& to) {
  constexpr size_t kAlwaysFit = 18;  // digits, nearly always
  if (member != nullptr && member->kind == json::Kind::number && member->integer &&
      member->value.size() <= kAlwaysFit) {
    to.put(member->value);
    return Read::value;
  }
  const auto [read, text] = plain(member);
  if (read != Read::value) return read;
  const auto integer = without_zero_fraction(text);
  if (!record::to_int64(integer)) return Read::unreadable;
  to.put(integer);
  return Read::value;
}

Read FieldReader::count(const Rule& rule, const Member* member, Cursor& to) {
  const auto [read, text] = plain(member);
  if (read != Read::value) return read;
  if (is_placeholder(rule, text)) return Read::nulled;
  char* const start = to.at;
  if (write_count(text, to) && record::to_int64({start, static_cast<size_t>(to.at - start)}))
    return Read::value;
  to.at = start;
  return Read::unreadable;
}

/// MongoDB's: {"$date": a text, milliseconds, or {"$numberLong": milliseconds}}.
std::optional<record::Timestamp> FieldReader::bson_date(std::string_view object) {
  if (!scanner_.object(object, members_).ok()) return std::nullopt;
  const auto all = json::whole_object(members_);
  const Member* date = json::find_member(members_, all, "$date");
  if (date == nullptr) return std::nullopt;
  if (date->kind == json::Kind::object) {
    date = json::find_member(members_, json::object_in(*date, members_), "$numberLong");
    if (date == nullptr || date->kind != json::Kind::string) return std::nullopt;
    return record::epoch_to_timestamp(json::inside_quotes(date->value));
  }
  const auto [read, text] = plain(date);
  if (read != Read::value) return std::nullopt;
  return date->kind == json::Kind::number ? record::epoch_to_timestamp(text)
                                          : record::to_timestamp(text);
}

/// One that is not written as a text.
std::optional<record::Timestamp> FieldReader::moment(const Member& member) {
  if (member.kind == json::Kind::number) return record::epoch_to_timestamp(member.value);
  if (member.kind != json::Kind::object) return std::nullopt;
  const auto timestamp = bson_date(member.value);
  culprit_ = &member;
  return timestamp;
}

Read FieldReader::timestamp(const Member* member, Cursor& to) {
  const auto [read, text] = plain(member);
  if (read == Read::absent || read == Read::nulled) return read;
  const bool is_text = member->kind == json::Kind::string;
  const auto timestamp = is_text ? record::to_timestamp(text) : moment(*member);
  if (!timestamp) return Read::unreadable;
  to.put('"');
  if (is_text && text.size() == record::kTimestampSize) {  // nearly all: as it is, but for a blank
    __builtin_memcpy(to.at, text.data(), record::kTimestampSize);
    to.at[record::kDateSize] = 'T';
    to.at += record::kTimestampSize;
    to.put('"');
    return Read::value;
  }
  record::write_timestamp(*timestamp, to.at);
  to.at += record::kTimestampSize;
  if (!timestamp->fraction.empty()) {
    to.put('.');
    to.put(timestamp->fraction);
  }
  to.put('"');
  return Read::value;
}

Read FieldReader::coordinates(const Member* latitude, const Member* longitude, Cursor& to) {
  const Cursor start = to;
  bool is_whole = true;
  to.put('[');
  for (const Member* member : {latitude, longitude}) {
    const auto [read, text] = plain(member);
    if (read == Read::absent || read == Read::nulled) {
      is_whole = false;
      continue;  // the other one may be unreadable
    }
    const bool number =
        read == Read::value && (member->kind == json::Kind::number || json::is_number(text));
    if (!number || !within(text, member == latitude ? "90" : "180")) {
      to = start;
      return Read::unreadable;
    }
    if (member == longitude) to.put(',');
    to.put(text);
  }
  if (!is_whole) {
    to = start;
    return Read::nulled;
  }
  to.put(']');
  return Read::value;
}

Read FieldReader::pair_of_text(std::string_view text, Cursor& to) {
  text = trimmed(text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const size_t comma = text.find(',');
  if (comma == text.npos) return Read::unreadable;
  Member members[2];
  members[0].value = trimmed(text.substr(0, comma));
  members[1].value = trimmed(text.substr(comma + 1));
  for (auto& member : members) {
    if (!json::is_number(member.value)) return Read::unreadable;
    member.kind = json::Kind::number;
  }
  return coordinates(&members[0], &members[1], to);
}

Read FieldReader::pair_of_object(std::string_view object, Cursor& to) {
  if (!scanner_.object(object, members_).ok()) return Read::unreadable;
  const auto all = json::whole_object(members_);
  const Member* latitude = json::find_member(members_, all, "latitude");
  const Member* longitude = json::find_member(members_, all, "longitude");
  if (is_missing(latitude) || is_missing(longitude)) return Read::unreadable;
  return coordinates(latitude, longitude, to);
}

Read FieldReader::pair(const Member* both, Cursor& to) {
  if (both->kind == json::Kind::object) return pair_of_object(both->value, to);
  if (both->kind == json::Kind::string) {
    const auto [read, text] = plain(both);
    return read == Read::value ? pair_of_text(text, to) : read;
  }
  if (both->kind != json::Kind::array || !scanner_.array(both->value, elements_, 2).ok() ||
      elements_.size() != 2)
    return Read::unreadable;
  Member members[2];
  for (int i = 0; i < 2; ++i) {
    members[i].kind = elements_[i].kind;
    members[i].value = elements_[i].value;
    members[i].value_escaped = true;  // not known: look
  }
  return coordinates(&members[0], &members[1], to);
}

Read FieldReader::coordinates(const Member* both, Cursor& to) {
  if (is_absent(both)) return Read::absent;
  const Read read = pair(both, to);
  culprit_ = both;
  return read;
}

Read FieldReader::joined(const Rule& rule, const Member* first, const Member* last, Cursor& to) {
  const Read reads[2] = {kept_text(rule, first), kept_text(rule, last)};
  if (reads[0] == Read::unreadable) culprit_ = first;
  if (reads[0] != Read::value && reads[1] != Read::value) return std::max(reads[0], reads[1]);
  to.put('"');
  if (reads[0] == Read::value) to.put(json::inside_quotes(first->value));
  if (reads[0] == Read::value && reads[1] == Read::value) to.put(' ');
  if (reads[1] == Read::value) to.put(json::inside_quotes(last->value));
  to.put('"');
  return std::max(reads[0], reads[1]) == Read::unreadable ? Read::unreadable : Read::value;
}

}  // namespace pinpipe::clean
