#include "base/base64.h"
#include "base/utf8.h"
#include "json/string.h"
#include "wire/fields.h"
#include "wire/kinesis.h"
#include "wire/kpl.h"

namespace pinpipe::wire {
namespace {

using json::Kind;

constexpr size_t kMaxKeyCharacters = 256;

/// A partition key: as JSON with its quotes gone, and the bytes that Kinesis counts.
struct PartitionKey {
  std::string_view escaped;
  std::string_view plain;
};

/// What is between the key and the explicit hash key of an entry.
constexpr auto kBeforeHashKey = kJoined<"\",", kTextOf<kinesis_field::kExplicitHashKey>>;
constexpr size_t kHashKeyDigits = 39;  // of the largest

/// Bytes of an entry with an explicit hash key, at most.
size_t entry_size(const EntryText& entry, size_t data_bytes, size_t escaped_key_bytes) {
  return entry.open.size() + (data_bytes + 2) / 3 * 4 + entry.between.size() + escaped_key_bytes +
         kBeforeHashKey.view().size() + kHashKeyDigits + entry.close.size();
}

class KinesisEncoder : public EntryEncoder {
 public:
  explicit KinesisEncoder(const KinesisOptions& options)
      : options_(options),
        row_(row_of(options.protocol)),
        keys_({options.key_field.value_or(""), !options.streams.by_dataset()}) {
    if (row_.is_batch() && options_.max_bytes < options_.max_record_bytes) {
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
    alone_size_ = entry_size(row_.entry, data.size(), key.escaped.size());
  }

  std::string_view compact(const FoundRecord& record) {
    if (json::is_surely_compact(record.view, record.members)) return record.view.text;
    compact_.clear();
    compact_.shrink(kKeptBytes);
    json::append_compact(record.view.text, compact_);
    return compact_.view();
  }

  /// `data` is not in `ended_`.
  std::string_view with_newline(std::string_view data) {
    ended_.clear();
    ended_.shrink(kKeptBytes);
    ended_.append_all(data, "\n");
    return ended_.view();
  }

  PartitionKey partition_key(RecordKey key, std::string_view data) {
    if (key.kind != Kind::string) return {key.json, key.json};
    auto escaped = json::inside_quotes(key.json);
    auto plain = json::unescape(escaped, scratch_);
    if (plain.empty() || count_code_points(plain) > kMaxKeyCharacters) {
      plain = escaped = json::inside_quotes(keys_.hashed(plain.empty() ? data : plain).json);
    }
    return {escaped, plain};
  }

  void append_entry(std::string_view data, std::string_view key, Buffer& to) {
    const auto& entry = row_.entry;
    to.append(entry.open);
    switch (entry.value) {
      case ValueForm::json:
        to.append(data);
        break;
      case ValueForm::text:
        json::append_quoted(data, to);
        break;
      case ValueForm::base64:
        append_base64(data, to);
    }
    to.append_all(entry.between, key, entry.close);
  }

  KinesisOptions options_;
  const ProtocolRow& row_;
  KeyFinder keys_;
  std::string_view limit_name_ = "max record bytes";
  uint64_t limit_;
  Buffer compact_;
  Buffer ended_;  // with a newline behind it
  size_t alone_size_ = 0;
  std::string scratch_;
};

}  // namespace

RequestFormat kinesis_format(const KinesisOptions& options) {
  const auto& row = row_of(options.protocol);
  RequestFormat format;
  format.destinations = options.streams;
  for (const auto& stream : options.streams.names)
    format.frames.push_back(frame_of(row, stream, options.payload_only));
  if (row.is_batch()) {
    format.max_records = options.max_records;
    format.max_bytes = options.max_bytes;
    format.linger = options.linger;
  }
  if (options.aggregation) {
    format.linger = options.linger;
    format.aggregation = options.aggregation;
    format.aggregation->append_entry = [&entry = row.entry](std::string_view data,
                                                            std::string_view key,
                                                            std::string_view hash_key, Buffer& to) {
      to.append(entry.open);
      append_base64(data, to);
      const auto quoted_key = json::quoted(key);
      to.append_all(entry.between, json::inside_quotes(quoted_key), kBeforeHashKey.view(), hash_key,
                    entry.close);
    };
  }
  format.make_encoder = [options] { return std::make_unique<KinesisEncoder>(options); };
  return format;
}

}  // namespace pinpipe::wire
