#include "json/string.h"
#include "wire/append_all.h"
#include "wire/fields.h"
#include "wire/kafka_rest.h"

namespace pinpipe::wire {
namespace {

using json::Kind;

constexpr std::string_view kBodyOpen = kJoined<"{", kKeyOf<kafka_field::kRecords>, "[">;
constexpr std::string_view kBodyClose = "]}";
/// Before a key or a value of v3.
constexpr auto kTypedOpen = kJoined<"{", kTextOf<kafka_field::kType>, kafka_field::kJson, "\",",
                                    kKeyOf<kafka_field::kData>>;

/// The bytes of a body beside its records.
constexpr uint64_t counted_frame_of(KafkaApi api) {
  return is_batch(api) ? kBodyOpen.size() + kBodyClose.size() : 0;
}

class KafkaEncoder : public EntryEncoder {
 public:
  explicit KafkaEncoder(const KafkaOptions& options)
      : options_(options), keys_({options.key_field.value_or(""), !options.topics.by_dataset()}) {
    counted_frame_ = counted_frame_of(options.api);
  }

  Status append(const FoundRecord& record, Buffer& to, uint64_t& counted) override {
    const auto text = record.view.text;
    if (text.size() > options_.max_bytes) return fault_of_size(record, "value", text.size());
    RecordKey key;
    if (options_.key_field) {
      TRY(keys_.find(record, text, key));
    }
    if (options_.key_format == KeyFormat::string) key = as_string(key);
    const size_t begin = to.size();
    append_entry(text, key, to);
    // kcat sends what is in its envelope.
    counted = options_.api == KafkaApi::kcat ? text.size() + key.json.size() : to.size() - begin;
    if (counted_frame_ + counted > options_.max_bytes)
      return fault_of_size(record, "payload", counted_frame_ + counted);
    return {};
  }

 private:
  Error fault_of_size(const FoundRecord& record, std::string_view what, uint64_t bytes) const {
    return too_large(record, what, bytes, "max bytes", options_.max_bytes);
  }

  void append_entry(std::string_view text, const RecordKey& key, Buffer& to) {
    switch (options_.api) {
      case KafkaApi::v2:
        return append_v2(text, key, to);
      case KafkaApi::v3:
        return append_v3(text, key, to);
      case KafkaApi::kcat:
        return options_.payload_only ? to.append(text) : append_kcat(text, key, to);
    }
  }

  void append_v2(std::string_view text, const RecordKey& key, Buffer& to) {
    if (options_.key_field) {
      append_all(to, kJoined<"{", kKeyOf<kafka_field::kKey>>, key.json,
                 kJoined<",", kKeyOf<kafka_field::kValue>>, text, "}");
    } else {
      append_all(to, kJoined<"{", kKeyOf<kafka_field::kValue>>, text, "}");
    }
  }

  void append_v3(std::string_view text, const RecordKey& key, Buffer& to) {
    to.append('{');
    if (options_.key_field)
      append_all(to, kJoined<kKeyOf<kafka_field::kKey>, kTypedOpen>, key.json, "},");
    append_all(to, kJoined<kKeyOf<kafka_field::kValue>, kTypedOpen>, text, "}}");
  }

  /// The members of the envelope behind its topic.
  void append_kcat(std::string_view text, const RecordKey& key, Buffer& to) {
    if (options_.key_field) {
      append_all(to, kKeyOf<kafka_field::kKey>, key.json,
                 kJoined<",", kKeyOf<kafka_field::kPayload>>);
    } else {
      to.append(kJoined<kKeyOf<kafka_field::kKey>, "null,", kKeyOf<kafka_field::kPayload>>);
    }
    json::append_quoted(text, to);
  }

  /// Valid until the next call: numbers and booleans get quotes, which need no escapes.
  RecordKey as_string(const RecordKey& key) {
    if (key.kind == Kind::string || key.json.empty()) return key;
    quoted_key_.assign(1, '"').append(key.json) += '"';
    return {quoted_key_, Kind::string};
  }

  KafkaOptions options_;
  KeyFinder keys_;
  std::string quoted_key_;
  uint64_t counted_frame_;
};

Frame frame_for(const KafkaOptions& options, const std::string& topic) {
  const bool batched = is_batch(options.api);
  const std::string open(batched ? kBodyOpen : "");
  const std::string close(batched ? kBodyClose : "");
  if (options.payload_only) return {open, close + "\n"};
  const std::string envelope = kJoined<"{", kTextOf<line_field::kTopic>>.text() + topic + "\",";
  if (options.api == KafkaApi::kcat) return {envelope, "}\n"};
  return {envelope + kKeyOf<line_field::kPayload>.text() + open, close + "}\n"};
}

}  // namespace

RequestFormat kafka_format(const KafkaOptions& options) {
  RequestFormat format;
  format.destinations = options.topics;
  for (const auto& topic : options.topics.names) format.frames.push_back(frame_for(options, topic));
  format.max_bytes = options.max_bytes;
  format.linger = options.linger;
  if (is_batch(options.api)) {
    format.max_records = options.max_records;
    format.counted_frame = counted_frame_of(options.api);
    format.counted_comma = 1;
  }
  format.make_encoder = [options] { return std::make_unique<KafkaEncoder>(options); };
  return format;
}

}  // namespace pinpipe::wire
