#include "json/object.h"

#include <string>

#include "base/number.h"
#include "json/string.h"

namespace pinpipe::json {

ObjectView object_in(const Member& member, const Members& members) {
  return {true, members.index_of(member) + 1, member.next, member.value};
}

bool key_is(const Member& member, std::string_view name) {
  if (!member.key_escaped) return member.key == name;
  std::string scratch;
  return unescape(member.key, scratch) == name;
}

const Member* find_member(const Members& members, const ObjectView& object, std::string_view name) {
  const Member* found = nullptr;
  members.each(object.begin, object.end, [&](const Member& member, uint32_t) {
    if (key_is(member, name)) found = &member;
  });
  return found;
}

const Member* find_member(const Members& members, const ObjectView& object, FieldId field) {
  const Member* found = nullptr;
  members.each(object.begin, object.end, [&](const Member& member, uint32_t) {
    if (member.field == field) found = &member;
  });
  return found;
}

/// The members tell: if they and their punctuation are all of the text, no blank is between them.
bool is_surely_compact(const ObjectView& object, const Members& members) {
  size_t size = 1;
  bool blank_inside = false;
  members.each(object.begin, object.end, [&](const Member& member, uint32_t) {
    size += member.key.size() + member.value.size() + std::string_view("\"\":,").size();
    const bool flat = member.kind != Kind::object && member.kind != Kind::array;
    blank_inside =
        blank_inside || (!flat && member.value.find_first_of(" \t\r\n") != std::string_view::npos);
  });
  return !blank_inside && size == object.text.size();
}

// ---- object ----

namespace {

template <class Number>
std::optional<Number> parse(const Member* member) {
  if (member == nullptr || member->kind != Kind::number) return std::nullopt;
  return to_number<Number>(member->value);
}

}  // namespace

std::string text_of(std::string_view value, Kind kind) {
  std::string text;
  if (kind == Kind::string) append_unescaped(inside_quotes(value), text);
  return text;
}

bool Object::read(std::string_view text) { return scanner_.object(text, members_).ok(); }

std::string Object::key_of(const Member& member) {
  std::string key;
  append_unescaped(member.key, key);
  return key;
}

const Member* Object::find(std::string_view key) const {
  const Member* found = find_member(members_, whole_object(members_), key);
  return is_absent(found) ? nullptr : found;
}

std::string Object::text(std::initializer_list<std::string_view> keys) const {
  for (const auto key : keys) {
    const auto* member = find(key);
    if (member == nullptr) continue;
    if (member->kind == Kind::number) return std::string(member->value);
    if (member->kind == Kind::string) return text_of(member->value, member->kind);
  }
  return "";
}

std::optional<int64_t> Object::integer(std::string_view key) const {
  return parse<int64_t>(find(key));
}

std::optional<double> Object::number(std::string_view key) const {
  return parse<double>(find(key));
}

bool Object::list(std::string_view key, std::vector<Element>& elements, size_t most) const {
  elements.clear();
  const auto* member = find(key);
  return member != nullptr && member->kind == Kind::array &&
         list_scanner_.array(member->value, elements, most).ok();
}

}  // namespace pinpipe::json
