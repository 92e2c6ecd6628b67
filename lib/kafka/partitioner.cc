#include "kafka/partitioner.h"

#include <chrono>

#include "record/values.h"

namespace pinpipe::kafka {
namespace {

constexpr int64_t kSecondMs = 1000;

int64_t unix_ms_of(const record::Timestamp& time) {
  const int64_t days = record::days_from_civil(time.year, time.month, time.day);
  const int64_t seconds =
      days * record::kDaySeconds + time.hour * 3600 + time.minute * 60 + time.second;
  int64_t ms = 0;
  for (size_t i = 0; i < 3; ++i) {
    ms = ms * 10 + (i < time.fraction.size() ? time.fraction[i] - '0' : 0);
  }
  return seconds * kSecondMs + ms;
}

/// As the cleaners read a timestamp.
std::optional<int64_t> read_time(std::string_view text) {
  auto time = record::to_timestamp(text);
  if (!time) time = record::epoch_to_timestamp(text);
  return time ? std::optional(unix_ms_of(*time)) : std::nullopt;
}

std::string names_of(const std::vector<TimeSource>& sources) {
  std::string names;
  for (const auto& source : sources) {
    if (source.of == TimeSource::Of::field)
      names += (names.empty() ? "'" : " or '") + source.field + "'";
  }
  return names;
}

}  // namespace

int64_t wall_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string partition_folder(int32_t partition) { return "partition=" + std::to_string(partition); }

Result<Partitioner::Place> Partitioner::place(const Record& record) {
  if (!times_) return Place{partition_folder(record.partition)};
  const auto time = time_of(record);
  if (!time) {
    const auto names = names_of(times_->sources);
    return Error{names.empty() ? "Kafka has no time of it" : "it has no time in " + names,
                 "behind a comma, --time takes others: --time FIELD,record is the time that Kafka "
                 "has, where there is none in FIELD"};
  }
  // As Connect's TimeBasedPartitioner cuts it, also where it is before 1970.
  const int64_t bucket = times_->zone.local_ms(*time) / times_->duration_ms * times_->duration_ms;
  if (last_bucket_ != bucket) {
    last_folder_ = times_->format.folder(times_->zone.local_ms(times_->zone.unix_ms(bucket)));
    last_bucket_ = bucket;
  }
  return Place{last_folder_, *time};
}

std::optional<int64_t> Partitioner::time_of(const Record& record) {
  for (const auto& source : times_->sources) {
    std::optional<int64_t> time;
    switch (source.of) {
      case TimeSource::Of::now:
        return times_->now_ms();
      case TimeSource::Of::record:
        if (record.time_ms >= 0) time = record.time_ms;
        break;
      case TimeSource::Of::field:
        time = time_in(*record.value, source.field);
    }
    if (time) return time;
  }
  return std::nullopt;
}

std::optional<int64_t> Partitioner::time_in(std::string_view object, std::string_view field) {
  if (!object_.read(object)) return std::nullopt;
  if (object_.find(field) != nullptr) return read_time(object_.text({field}));
  const size_t dot = field.find('.');
  if (dot == field.npos) return std::nullopt;
  const auto* within = object_.find(field.substr(0, dot));
  if (within == nullptr || within->kind != json::Kind::object) return std::nullopt;
  return time_in(within->value, field.substr(dot + 1));
}

}  // namespace pinpipe::kafka
