// The configuration of librdkafka: what the sink needs, and what the user says.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <vector>

#include "properties.h"
#include "stream/error.h"

namespace pinpipe {

using Configuration = std::unique_ptr<rd_kafka_conf_t, void (*)(rd_kafka_conf_t*)>;

/// What the queue of all partitions may hold, unless the user says otherwise.
inline constexpr size_t kQueueBytes = 16 * 1024 * 1024;

/// Errors: a property that librdkafka does not know, or does not take. No message shows a value.
Result<Configuration> make_configuration(const std::vector<Property>& properties);

/// The value of a property; "" where it has none.
std::string property_of(const rd_kafka_conf_t* configuration, const char* key);

}  // namespace pinpipe
