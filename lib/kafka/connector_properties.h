// Each property of the S3 sink connector, and what is made of its value. Part of connector_file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kafka/connector_file.h"

namespace pinpipe::kafka {

/// What properties say, before it is seen whether they go together.
struct ConnectorDraft {
  ConnectorFile file;
  enum class Partition : uint8_t { kafka, daily, hourly, time };
  Partition partition = Partition::kafka;
  std::optional<PathFormat> path_format;
  std::optional<int64_t> duration_ms;
  TimeZone zone;
  TimeSource::Of time_source = TimeSource::Of::now;
  std::string time_field = "timestamp";
  std::optional<int64_t> rotate_interval_ms;
  std::optional<int64_t> rotate_schedule_ms;
  bool bytes = false;  ///< rather than JSON
  std::string bytes_ending = ".bin";
  std::string separator = "\n";
  std::optional<bool> converts_json;  ///< the converter of values, rather than to pass bytes
};

struct ConnectorRow {
  ConnectorProperty property;
  /// Errors: what is wrong with the value, without the property's name.
  Status (*take)(const std::string& value, ConnectorDraft& to);
};

std::span<const ConnectorRow> connector_rows();

/// The row of a property; nullptr without.
const ConnectorRow* find_row(std::string_view key);

}  // namespace pinpipe::kafka
