// The properties of Confluent's S3 sink connector, as they stand in a console or a file for
// Connect, taken for a sink of ours: what they say of topics, objects and S3. What would make other
// data of it is refused; what is of Connect's own is left aside.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "kafka/object_layout.h"
#include "kafka/properties.h"
#include "kafka/sink.h"

namespace pinpipe::kafka {

struct ConnectorFile {
  std::string name;                 ///< "" without
  std::vector<std::string> topics;  ///< these,
  std::string topics_regex;         ///< or those whose whole names match
  std::string bucket;               ///< "" without
  /// Variables of the AWS tools that it stands for: AWS_REGION, AWS_ENDPOINT_URL_S3 …
  std::map<std::string, std::string> environment;
  SinkOptions sink;                  ///< without topics
  std::vector<std::string> remarks;  ///< of what a reader may wait for, and is not done
};

/// Reads lines key=value, or the JSON of Connect's REST API: {"name":…,"config":{…}} or config
/// alone. Errors: I/O; no such property, or value; one that would make other data, by its name and
/// line. No message shows a value that may be secret.
Result<ConnectorFile> read_connector_file(const std::string& file);

/// The same of properties. Of two of one key the last counts.
Result<ConnectorFile> read_connector(const std::vector<Property>& properties);

/// The topics whose whole names match, without those of Kafka's own, sorted. Errors: there are
/// none; no broker answers.
Result<std::vector<std::string>> topics_that_match(Consumer& consumer, const std::string& regex);

/// What becomes of a property.
enum class Treatment : uint8_t {
  taken,     ///< it says what is done
  checked,   ///< it must say what is done anyway
  left_out,  ///< of Connect's own: it changes nothing of the data
};

struct ConnectorProperty {
  std::string_view key;  ///< one that ends in '*' stands for all that begin so
  Treatment treatment;
  std::string_view text;  ///< what is done, or why nothing is
};

/// All that are known, in the order of a manual.
std::vector<ConnectorProperty> connector_properties();

}  // namespace pinpipe::kafka
