#include "json/string.h"
#include "wire/kafka_rest.h"

namespace pinpipe::wire {
namespace {

using json::Kind;

/// The bytes of a body beside its entries. kcat sends what is in its entry.
uint64_t counted_frame_of(const ProtocolRow& row) {
  if (!row.has_payload) return 0;
  const auto frame = frame_of(row, "", true);
  return frame.open.size() + frame.close.size() - 1;
}

class KafkaEncoder : public EntryEncoder {
 public:
  explicit KafkaEncoder(const KafkaOptions& options)
      : options_(options),
        row_(row_of(options.protocol)),
        keys_({options.key_field.value_or(""), !options.topics.by_dataset()}),
        counted_frame_(counted_frame_of(row_)) {}

  Status append(const FoundRecord& record, Buffer& to, uint64_t& counted) override {
    const auto text = record.view.text;
    if (text.size() > options_.max_bytes) return fault_of_size(record, "value", text.size());
    RecordKey key;
    if (options_.key_field) {
      TRY(keys_.find(record, text, key));
      if (options_.key_format == KeyFormat::string) key = as_string(key);
    }
    const size_t begin = to.size();
    append_entry(text, key, to);
    counted = row_.has_payload ? to.size() - begin : text.size() + key.json.size();
    if (counted_frame_ + counted > options_.max_bytes)
      return fault_of_size(record, "payload", counted_frame_ + counted);
    return {};
  }

 private:
  Error fault_of_size(const FoundRecord& record, std::string_view what, uint64_t bytes) const {
    return too_large(record, what, bytes, "max bytes", options_.max_bytes);
  }

  void append_entry(std::string_view text, const RecordKey& key, Buffer& to) {
    const auto& entry = row_.entry;
    if (options_.payload_only && !row_.has_payload) return to.append(text);
    if (entry.value == ValueForm::json && !options_.key_field)
      return to.append_all(entry.without_key, text, entry.close);
    if (options_.key_field) {
      to.append_all(entry.open, key.json, entry.between);
    } else {
      to.append(entry.without_key);
    }
    if (entry.value == ValueForm::json) return to.append_all(text, entry.close);
    json::append_quoted(text, to);
    to.append(entry.close);
  }

  /// Valid until the next call: numbers and booleans get quotes, which need no escapes.
  RecordKey as_string(const RecordKey& key) {
    if (key.kind == Kind::string || key.json.empty()) return key;
    quoted_key_.assign(1, '"').append(key.json) += '"';
    return {quoted_key_, Kind::string};
  }

  KafkaOptions options_;
  const ProtocolRow& row_;
  KeyFinder keys_;
  std::string quoted_key_;
  uint64_t counted_frame_;
};

}  // namespace

RequestFormat kafka_format(const KafkaOptions& options) {
  const auto& row = row_of(options.protocol);
  RequestFormat format;
  format.destinations = options.topics;
  for (const auto& topic : options.topics.names)
    format.frames.push_back(frame_of(row, topic, options.payload_only));
  format.max_bytes = options.max_bytes;
  format.linger = options.linger;
  if (row.is_batch()) {
    format.max_records = options.max_records;
    format.counted_frame = counted_frame_of(row);
    format.counted_comma = 1;
  }
  format.make_encoder = [options] { return std::make_unique<KafkaEncoder>(options); };
  return format;
}

}  // namespace pinpipe::wire
