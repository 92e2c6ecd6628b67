#include "payload/object_view.h"

namespace pinpipe::payload {

record::RecordView whole_object(const ndjson::Members& members) {
  return {true, 0, members.size(), members.text()};
}

record::RecordView object_in(const ndjson::Member& member, const ndjson::Members& members) {
  const auto at = members.index_of(member);
  return {true, at + 1, member.next, member.value};
}

}  // namespace pinpipe::payload
