#include "json/object_view.h"

#include <string>

#include "json/string.h"

namespace pinpipe::json {

ObjectView whole_object(const Members& members) {
  return {true, 0, members.size(), members.text()};
}

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

}  // namespace pinpipe::json
