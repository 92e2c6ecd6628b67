#include "kafka/properties.h"

#include <array>
#include <cerrno>
#include <fstream>

#include "base/ascii.h"

namespace pinpipe::kafka {
namespace {

struct Preset {
  const char* key;
  const char* value;
};

/// What the user may override: memory. The queue of all partitions, and a fetch from a broker.
constexpr std::array kDefaults{
    Preset{"client.id", "sink-topics"},
    Preset{"queued.max.messages.kbytes", "16384"},  // kQueueBytes
    Preset{"fetch.max.bytes", "8388608"},
};

/// What the sink's promises hang on: an offset that is gone is told, and so is a partition's end.
constexpr std::array kFixed{
    Preset{"auto.offset.reset", "error"},
    Preset{"enable.partition.eof", "true"},
};

/// The faults that its log tells reach us as errors, too.
void ignore_log(const rd_kafka_t*, int, const char*, const char*) {}

constexpr const char* kHint =
    "properties are those of librdkafka (CONFIGURATION.md), which are not all that Java has";

Status set(rd_kafka_conf_t* configuration, const Property& property) {
  char why[512];
  switch (rd_kafka_conf_set(configuration, property.key.c_str(), property.value.c_str(), why,
                            sizeof why)) {
    case RD_KAFKA_CONF_OK:
      return {};
    case RD_KAFKA_CONF_UNKNOWN:
      return Error{property.from + ": no property '" + property.key + "'", kHint};
    default:  // `why` has the value, which may be a secret in the wrong line
      return Error{property.from + ": '" + property.key + "' does not take this value", kHint};
  }
}

}  // namespace

Result<std::vector<Property>> read_properties(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) return system_error("open", file, errno);
  std::vector<Property> properties;
  std::string text;
  for (size_t number = 1; std::getline(lines, text); ++number) {
    const auto from = file + ":" + std::to_string(number);
    const auto line = trimmed(text);
    if (line.empty() || line.starts_with("#")) continue;
    const size_t equals = line.find('=');
    if (equals == line.npos || equals == 0) {
      return Error{from + ": not a line of the form key=value", "as in security.protocol=ssl"};
    }
    properties.push_back({std::string(trimmed(line.substr(0, equals))),
                          std::string(trimmed(line.substr(equals + 1))), from});
  }
  if (lines.bad()) return system_error("read", file, EIO);
  return properties;
}

Result<Configuration> make_configuration(const std::vector<Property>& properties) {
  Configuration configuration(rd_kafka_conf_new(), rd_kafka_conf_destroy);
  rd_kafka_conf_set_log_cb(configuration.get(), ignore_log);
  std::vector<Property> all;
  for (const auto& [key, value] : kDefaults) all.push_back({key, value, "default"});
  all.insert(all.end(), properties.begin(), properties.end());
  for (const auto& [key, value] : kFixed) all.push_back({key, value, "default"});
  for (const auto& property : all) {
    TRY(set(configuration.get(), property));
  }
  return configuration;
}

std::string property_of(const rd_kafka_conf_t* configuration, const char* key) {
  char value[512] = "";
  size_t size = sizeof value;
  return rd_kafka_conf_get(configuration, key, value, &size) == RD_KAFKA_CONF_OK ? value : "";
}

}  // namespace pinpipe::kafka
