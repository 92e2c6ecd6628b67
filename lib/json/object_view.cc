#include "json/object_view.h"

namespace pinpipe::json {

record::RecordView whole_object(const json::Members& members) {
  return {true, 0, members.size(), members.text()};
}

record::RecordView object_in(const json::Member& member, const json::Members& members) {
  const auto at = members.index_of(member);
  return {true, at + 1, member.next, member.value};
}

}  // namespace pinpipe::json
