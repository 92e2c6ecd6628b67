#include <algorithm>

#include "base/base64.h"
#include "json/string.h"
#include "wire/append_all.h"
#include "wire/compact.h"
#include "wire/fields.h"
#include "wire/kinesis.h"
#include "wire/kpl.h"

namespace pinpipe::wire {
namespace {

using json::Kind;

constexpr size_t kMaxKeyCharacters = 256;

/// Characters of UTF-8 text: bytes that continue no other.
size_t characters_in(std::string_view utf8) {
  return static_cast<size_t>(
      std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// A partition key: as JSON with its quotes gone, and the bytes that Kinesis counts.
struct PartitionKey {
  std::string_view escaped;
  std::string_view plain;
};

/// What is around the data and the key of an entry.
struct EntryParts {
  std::string_view before_data;
  std::string_view before_key;
  std::string_view behind;
};

EntryParts parts_for(KinesisShape shape) {
  constexpr auto kBeforeKey = kJoined<",", kTextOf<kinesis_field::kPartitionKey>>;
  switch (shape) {
    case KinesisShape::put_records:
      return {kJoined<"{", kTextOf<kinesis_field::kData>>, kJoined<"\"", kBeforeKey>, "\"}"};
    case KinesisShape::put_record:
      return {kTextOf<kinesis_field::kData>, kJoined<"\"", kBeforeKey>, "\""};
    case KinesisShape::gateway_record:
      return {kKeyOf<kinesis_field::kData>, kJoined<kBeforeKey>, "\""};
    case KinesisShape::gateway_records:
      return {kJoined<"{", kKeyOf<gateway_field::kData>>,
              kJoined<",", kTextOf<gateway_field::kPartitionKey>>, "\"}"};
  }
  return {};
}

/// What is between the key and the explicit hash key of an entry.
constexpr auto kBeforeHashKey = kJoined<"\",", kTextOf<kinesis_field::kExplicitHashKey>>;
constexpr size_t kHashKeyDigits = 39;  // of the largest

/// Bytes of an entry with an explicit hash key, at most.
size_t entry_size(KinesisShape shape, size_t data_bytes, size_t escaped_key_bytes) {
  const auto parts = parts_for(shape);
  return parts.before_data.size() + (data_bytes + 2) / 3 * 4 + parts.before_key.size() +
         escaped_key_bytes + kBeforeHashKey.view().size() + kHashKeyDigits + parts.behind.size();
}

class KinesisEncoder : public EntryEncoder {
 public:
  explicit KinesisEncoder(const KinesisOptions& options)
      : options_(options),
        parts_(parts_for(options.shape)),
        keys_({options.key_field.value_or(""), !options.streams.by_dataset()}) {
    if (is_batch(options_.shape) && options_.max_bytes < options_.max_record_bytes) {
      limit_name_ = "max bytes";
      limit_ = options_.max_bytes;
    } else {
      limit_ = options_.max_record_bytes;
    }
  }

  Status append(const FoundRecord& record, Buffer& to, uint64_t& counted) override {
    auto data = compact(record);
    RecordKey found;
    TRY(keys_.find(record, data, found));
    const auto key = partition_key(found, data);
    if (options_.newline) data = with_newline(data);
    counted = data.size() + key.plain.size();
    if (counted > limit_) return too_large(record, "data and key", counted, limit_name_, limit_);
    if (options_.aggregation) {
      append_user_record(record, data, key, to);
    } else {
      append_entry(data, key.escaped, to);
    }
    return {};
  }

  size_t alone_size() const override { return alone_size_; }

 private:
  void append_user_record(const FoundRecord& record, std::string_view data, PartitionKey key,
                          Buffer& to) {
    const size_t stream = record.dataset ? options_.streams.index_for(*record.dataset) : 0;
    const auto part = options_.aggregation->parts[stream].index_of(hash_key_of(key.plain));
    UserRecord{static_cast<uint32_t>(part), key.plain, data}.append_to(to);
    alone_size_ = entry_size(options_.shape, data.size(), key.escaped.size());
  }

  std::string_view compact(const FoundRecord& record) {
    if (is_surely_compact(record.view, record.members)) return record.view.text;
    compact_.clear();
    compact_.shrink(kKeptBytes);
    json::append_compact(record.view.text, compact_);
    return compact_.view();
  }

  /// `data` is not in `ended_`.
  std::string_view with_newline(std::string_view data) {
    ended_.clear();
    ended_.shrink(kKeptBytes);
    append_all(ended_, data, "\n");
    return ended_.view();
  }

  PartitionKey partition_key(RecordKey key, std::string_view data) {
    if (key.kind != Kind::string) return {key.json, key.json};
    auto escaped = json::inside_quotes(key.json);
    auto plain = json::unescape(escaped, scratch_);
    if (plain.empty() || characters_in(plain) > kMaxKeyCharacters) {
      plain = escaped = json::inside_quotes(keys_.hashed(plain.empty() ? data : plain).json);
    }
    return {escaped, plain};
  }

  void append_entry(std::string_view data, std::string_view key, Buffer& to) {
    to.append(parts_.before_data);
    switch (options_.shape) {
      case KinesisShape::put_records:
      case KinesisShape::put_record:
        append_base64(data, to);
        break;
      case KinesisShape::gateway_record:
        to.append(data);
        break;
      case KinesisShape::gateway_records:
        json::append_quoted(data, to);
    }
    append_all(to, parts_.before_key, key, parts_.behind);
  }

  KinesisOptions options_;
  EntryParts parts_;
  KeyFinder keys_;
  std::string_view limit_name_ = "max record bytes";
  uint64_t limit_;
  Buffer compact_;
  Buffer ended_;  // with a newline behind it
  size_t alone_size_ = 0;
  std::string scratch_;
};

Frame frame_for(const KinesisOptions& options, const std::string& stream) {
  const auto name = kJoined<"{", kTextOf<kinesis_field::kStreamName>>.text() + stream + "\",";
  Frame payload;
  switch (options.shape) {
    case KinesisShape::put_records:
      payload = {name + kJoined<kKeyOf<kinesis_field::kRecords>, "[">.text(), "]}"};
      break;
    case KinesisShape::put_record:
    case KinesisShape::gateway_record:
      payload = {name, "}"};
      break;
    case KinesisShape::gateway_records:
      payload = {kJoined<"{", kKeyOf<gateway_field::kRecords>, "[">.text(), "]}"};
  }
  if (options.payload_only) return {payload.open, payload.close + "\n"};
  return {kJoined<"{", kTextOf<line_field::kStream>>.text() + stream +
              kJoined<"\",", kKeyOf<line_field::kPayload>>.text() + payload.open,
          payload.close + "}\n"};
}

}  // namespace

RequestFormat kinesis_format(const KinesisOptions& options) {
  RequestFormat format;
  format.destinations = options.streams;
  for (const auto& stream : options.streams.names)
    format.frames.push_back(frame_for(options, stream));
  if (is_batch(options.shape)) {
    format.max_records = options.max_records;
    format.max_bytes = options.max_bytes;
    format.linger = options.linger;
  }
  if (options.aggregation) {
    format.linger = options.linger;
    format.aggregation = options.aggregation;
    format.aggregation->append_entry = [parts = parts_for(options.shape)](
                                           std::string_view data, std::string_view key,
                                           std::string_view hash_key, Buffer& to) {
      to.append(parts.before_data);
      append_base64(data, to);
      const auto quoted_key = json::quoted(key);
      append_all(to, parts.before_key, json::inside_quotes(quoted_key), kBeforeHashKey.view(),
                 hash_key, parts.behind);
    };
  }
  format.make_encoder = [options] { return std::make_unique<KinesisEncoder>(options); };
  return format;
}

}  // namespace pinpipe::wire
