// The key of a record: what decides on its partition or shard.
//
// A constant key sends everything to one shard, so the key is a field of the record. A record that
// has none gets a hash of its bytes where that is allowed, else it is a fault.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/scanner.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::wire {

/// A key as a JSON text: a string with its quotes, a number, a boolean.
struct RecordKey {
  std::string_view json;
  json::Kind kind = json::Kind::null;
};

struct KeyRule {
  std::string field;          ///< "" is the record's own: `ind` or `index`
  bool hash_missing = false;  ///< a record without a usable field gets a hash, and is no fault
};

/// A record that was found in a line, with what messages call it.
struct FoundRecord {
  json::ObjectView view;
  const json::Members& members;            ///< of a scanner of record::kFieldIds
  std::optional<record::Dataset> dataset;  ///< nothing: some other object

  /// "pin", or "record".
  std::string name() const;
};

/// The name of a field, and its number if it is one of record::kFieldIds.
struct FieldName {
  explicit FieldName(std::string_view name) : text(name), id(record::kFieldIds.find(name)) {}

  std::string text;
  json::FieldId id;
};

/// Finds keys. Keeps the hash it made last: one per thread.
class KeyFinder {
 public:
  explicit KeyFinder(const KeyRule& rule) : field_(rule.field), hash_missing_(rule.hash_missing) {}

  /// Finds the key of `record`, of which `bytes` is what will be sent. `key` is valid as long as
  /// the record, and until the next call.
  Status find(const FoundRecord& record, std::string_view bytes, RecordKey& key);

  /// A key made of `bytes`: 16 hex digits. Valid until the next call.
  RecordKey hashed(std::string_view bytes);

 private:
  std::array<const FieldName*, 2> names_for(const FoundRecord& record) const;
  const json::Member* field_of(const FoundRecord& record) const;
  Error missing(const FoundRecord& record) const;

  FieldName field_;
  bool hash_missing_;
  std::string hash_;
};

}  // namespace pinpipe::wire
