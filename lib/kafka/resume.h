// Where a sink goes on: after the last object of each partition.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kafka/object_name.h"
#include "kafka/store.h"

namespace pinpipe::kafka {

/// The last object of each partition of `topic` that has one.
Result<std::map<int32_t, ObjectName>> last_objects(Store& store, const std::string& topic);

/// The offset behind that of the object's last line. Errors: it cannot be read.
Result<int64_t> offset_after(Store& store, const ObjectName& object);

}  // namespace pinpipe::kafka
