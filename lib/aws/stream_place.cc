#include "aws/stream_place.h"

#include <cassert>
#include <filesystem>

#include "json/object.h"
#include "json/string.h"
#include "stream/input.h"
#include "stream/new_file.h"
#include "stream/output.h"
#include "wire/fields.h"

namespace pinpipe::aws {
namespace {

std::string member(std::string_view name, const std::string& value) {
  return json::quoted(name) + ": " + value;
}

std::string of_type(const std::string& type, const std::string& more = "") {
  return member(wire::kinesis_field::kShardIteratorType, json::quoted(type)) +
         (more.empty() ? "" : ", ") + more;
}

/// The members of the object `value`; nothing where it is no position.
std::optional<std::string> position_in(std::string_view value) {
  json::Object position;
  if (!position.read(value) || position.text({wire::kinesis_field::kShardIteratorType}).empty())
    return std::nullopt;
  return std::string(value.substr(1, value.size() - 2));
}

}  // namespace

Result<StreamPlace> StreamPlace::open(const std::string& stream, const std::string& file) {
  StreamPlace place(stream, file);
  if (file.empty()) return place;
  // What cannot be kept later is said before anything is read.
  TRY(stream::NewFile::create(file));
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return place;
  TRY(place.load());
  return place;
}

Status StreamPlace::load() {
  const auto text = TRY(stream::read_whole(file_));
  const Error no_place{"'" + file_ + "' is not a place of read-stream",
                       "name another file, or remove it to start over"};
  json::Object whole;
  if (!whole.read(text)) return no_place;
  const auto* shards = whole.find("shards");
  json::Object all;
  if (shards == nullptr || !all.read(shards->value)) return no_place;
  if (const auto of = whole.text({"stream"}); of != stream_)
    return Error{"'" + file_ + "' is of stream '" + of + "'", "a file is the place in one stream"};
  bool is_one = true;
  all.each([&](const std::string& shard, const json::Member& value) {
    const bool ended = value.kind == json::Kind::null;
    auto position = ended ? std::nullopt : position_in(value.value);
    is_one = is_one && (ended || position);
    shards_[shard] = std::move(position);
  });
  return is_one ? Status() : Status(no_place);
}

bool StreamPlace::has_ended(const std::string& shard) const {
  const auto found = shards_.find(shard);
  return found != shards_.end() && !found->second;
}

const std::string& StreamPlace::next(const std::string& shard) {
  assert(!has_ended(shard));
  const auto [at, is_new] = shards_.try_emplace(shard);
  if (is_new) at->second = of_type("TRIM_HORIZON");
  return *at->second;
}

void StreamPlace::read_to(const std::string& shard, std::string_view sequence_number) {
  shards_[shard] =
      of_type("AFTER_SEQUENCE_NUMBER",
              member(wire::kinesis_field::kStartingSequenceNumber, json::quoted(sequence_number)));
  changed_ = true;
}

void StreamPlace::from_time(const std::string& shard, int64_t unix_seconds) {
  shards_[shard] = of_type("AT_TIMESTAMP",
                           member(wire::kinesis_field::kTimestamp, std::to_string(unix_seconds)));
  changed_ = true;
}

void StreamPlace::end(const std::string& shard) {
  shards_[shard] = std::nullopt;
  changed_ = true;
}

std::string StreamPlace::text() const {
  std::string shards;
  for (const auto& [shard, position] : shards_) {
    const auto value = position ? "{" + *position + "}" : "null";
    shards += (shards.empty() ? "" : ", ") + member(shard, value);
  }
  return "{" + member("stream", json::quoted(stream_)) + ", " +
         member("shards", "{" + shards + "}") + "}\n";
}

Status StreamPlace::keep() {
  changed_ = false;
  if (file_.empty()) return {};
  auto file = TRY(stream::NewFile::create(file_));
  TRY(stream::write_all(file.fd(), text(), file_));
  return file.publish();
}

}  // namespace pinpipe::aws
