#include "payload/object_view.h"

namespace pinpipe::payload {

record::RecordView whole_object(std::string_view text, const ndjson::Members& members) {
  const size_t open = text.find('{');
  return {true, 0, members.size(), text.substr(open, text.rfind('}') + 1 - open)};
}

record::RecordView object_in(const ndjson::Member& member, const ndjson::Members& members) {
  const auto at = members.index_of(member);
  return {true, at + 1, member.next, member.value};
}

}  // namespace pinpipe::payload
