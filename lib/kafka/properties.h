// Properties of the Kafka client: as its configuration files have them, librdkafka's and Java's,
// and as librdkafka takes them.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace pinpipe::kafka {

struct Property {
  std::string key;
  std::string value;  ///< may be secret: for no message
  std::string from;   ///< "FILE:LINE", for messages
};

/// Reads a file of lines key=value or key:value, with or without blanks around the sign. A line
/// that ends with a backslash goes on in the next, without the blanks that begin that; other
/// backslashes stay. Blank lines and those that start with # or ! are skipped. Errors: I/O, a line
/// without a sign. No message shows what is in a line.
Result<std::vector<Property>> read_properties(const std::string& file);

/// What a command line and the environment say of a client: the properties of `file`, unless that
/// is
/// "", and `servers` (--bootstrap) in place of theirs; KAFKA_BOOTSTRAP where neither says where
/// Kafka is. Errors: those of read_properties; nothing says it.
Result<std::vector<Property>> client_properties(const std::string& file,
                                                const std::string& servers);

/// What is set unless the user says otherwise, or whatever the user says.
struct Preset {
  const char* key;
  const char* value;
};
std::vector<Property> presets(std::span<const Preset> presets);

using Configuration = std::unique_ptr<rd_kafka_conf_t, void (*)(rd_kafka_conf_t*)>;

/// What the queue of all partitions of a consumer may hold, unless the user says otherwise.
inline constexpr size_t kQueueBytes = 16 * 1024 * 1024;

/// Of two properties of one key the last counts. Errors: one that librdkafka does not know, or does
/// not take, or that is Java's only. No message shows a value.
Result<Configuration> make_configuration(const std::vector<Property>& properties);

/// The value of a property; "" where it has none.
std::string property_of(const rd_kafka_conf_t* configuration, const char* key);

}  // namespace pinpipe::kafka
