#include "wire/compact.h"

namespace pinpipe::wire {

/// The members tell: if they and their punctuation are all of the text, no blank is between them.
bool is_surely_compact(const json::ObjectView& record, const json::Members& members) {
  size_t size = 1;
  bool blank_inside = false;
  members.each(record.begin, record.end, [&](const json::Member& member, uint32_t) {
    size += member.key.size() + member.value.size() + std::string_view("\"\":,").size();
    const bool flat = member.kind != json::Kind::object && member.kind != json::Kind::array;
    blank_inside =
        blank_inside || (!flat && member.value.find_first_of(" \t\r\n") != std::string_view::npos);
  });
  return !blank_inside && size == record.text.size();
}

}  // namespace pinpipe::wire
