#include "wire/kpl.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "base/md5.h"
#include "wire/shard_map.h"

namespace pinpipe::wire {
namespace {

constexpr std::string_view kMagic = "\xF3\x89\x9A\xC2";
constexpr size_t kDigestSize = 16;

enum Wire : uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
enum OfAggregate : uint64_t { kKeyTable = 1, kHashKeyTable = 2, kRecords = 3 };
enum OfRecord : uint64_t { kKeyIndex = 1, kHashKeyIndex = 2, kData = 3 };

struct Field {
  uint64_t number = 0;
  uint64_t wire = 0;
  uint64_t value = 0;      ///< of a varint
  std::string_view bytes;  ///< of a string, bytes or message

  bool is(uint64_t a_number, uint64_t a_wire) const { return number == a_number && wire == a_wire; }
};

/// The fields of a protobuf message, one after the other.
class Fields {
 public:
  explicit Fields(std::string_view message) : rest_(message) {}

  /// False behind the last, and at a malformed one.
  bool next(Field& field) {
    if (rest_.empty()) return false;
    const auto tag = varint();
    malformed_ = !tag || *tag >> 3 == 0 || !take_value(*tag & 7, field);
    field.number = malformed_ ? 0 : *tag >> 3;
    return !malformed_;
  }
  bool malformed() const { return malformed_; }

 private:
  std::optional<uint64_t> varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(rest_[0]);
      rest_.remove_prefix(1);
      value |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }

  bool take_value(uint64_t wire, Field& field) {
    field.wire = wire;
    if (wire == kVarint) {
      const auto value = varint();
      field.value = value.value_or(0);
      return value.has_value();
    }
    if (wire == kFixed64) return take_bytes(8, field);
    if (wire == kFixed32) return take_bytes(4, field);
    if (wire != kBytes) return false;
    const auto size = varint();
    return size && take_bytes(*size, field);
  }

  bool take_bytes(uint64_t size, Field& field) {
    if (size > rest_.size()) return false;
    field.bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  std::string_view rest_;
  bool malformed_ = false;
};

struct PackedRecord {
  std::optional<uint64_t> key;
  std::optional<std::string_view> data;
};

std::optional<PackedRecord> read_record(std::string_view message) {
  PackedRecord record;
  Fields fields(message);
  for (Field field; fields.next(field);) {
    if (field.is(kKeyIndex, kVarint)) record.key = field.value;
    if (field.is(kData, kBytes)) record.data = field.bytes;
  }
  if (fields.malformed()) return std::nullopt;
  return record;
}

// ---- writing

constexpr size_t varint_size(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

/// Of a string, bytes or message of so many bytes, in a field whose tag is one byte.
constexpr size_t field_size(size_t bytes) { return 1 + varint_size(bytes) + bytes; }

void append_varint(uint64_t value, std::string& to) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>(value | 0x80);
  to += static_cast<char>(value);
}

void append_tag(uint64_t number, Wire wire, std::string& to) {
  to += static_cast<char>(number << 3 | wire);
}

void append_number(uint64_t number, uint64_t value, std::string& to) {
  append_tag(number, kVarint, to);
  append_varint(value, to);
}

void append_head(uint64_t number, size_t bytes, std::string& to) {
  append_tag(number, kBytes, to);
  append_varint(bytes, to);
}

void append_bytes(uint64_t number, std::string_view bytes, std::string& to) {
  append_head(number, bytes.size(), to);
  to += bytes;
}

/// Of a Record whose keys have these places in their tables; the hash key's is the first.
constexpr size_t record_size(uint64_t key_index, size_t data_bytes) {
  return 1 + varint_size(key_index) + 2 + field_size(data_bytes);
}

void append_record(uint64_t key_index, std::string_view data, std::string& to) {
  append_head(kRecords, record_size(key_index, data.size()), to);
  append_number(kKeyIndex, key_index, to);
  append_number(kHashKeyIndex, 0, to);
  append_bytes(kData, data, to);
}

bool digest_matches(std::string_view message, std::string_view digest) {
  const auto expected = md5(message);
  return std::memcmp(expected.data(), digest.data(), kDigestSize) == 0;
}

}  // namespace

bool is_aggregate(std::string_view data) { return data.starts_with(kMagic); }

Status unpack_aggregate(std::string_view data, std::vector<std::string_view>& records) {
  records.clear();
  if (data.size() < kMagic.size() + kDigestSize) return Error{"KPL aggregate: cut short"};
  const auto message = data.substr(kMagic.size(), data.size() - kMagic.size() - kDigestSize);
  if (!digest_matches(message, data.substr(data.size() - kDigestSize))) {
    return Error{"KPL aggregate: the MD5 checksum does not match"};
  }
  uint64_t keys = 0;
  uint64_t keys_needed = 0;
  Fields fields(message);
  for (Field field; fields.next(field);) {
    if (field.is(kKeyTable, kBytes)) ++keys;
    if (!field.is(kRecords, kBytes)) continue;
    const auto record = read_record(field.bytes);
    if (!record) return Error{"KPL aggregate: malformed protobuf"};
    if (!record->data) return Error{"KPL aggregate: a record without data"};
    if (!record->key) return Error{"KPL aggregate: a record without a partition key"};
    keys_needed = std::max(keys_needed, *record->key == UINT64_MAX ? UINT64_MAX : *record->key + 1);
    records.push_back(*record->data);
  }
  if (fields.malformed()) return Error{"KPL aggregate: malformed protobuf"};
  if (keys_needed > keys) return Error{"KPL aggregate: a partition key that is not in the table"};
  return {};
}

namespace {

struct UserRecordHead {
  uint32_t part;
  uint32_t key_size;
};

}  // namespace

void UserRecord::append_to(Buffer& to) const {
  const UserRecordHead head{part, static_cast<uint32_t>(partition_key.size())};
  to.append_all(std::string_view(reinterpret_cast<const char*>(&head), sizeof head), partition_key,
                data);
}

UserRecord UserRecord::read(std::string_view bytes) {
  UserRecordHead head;
  std::memcpy(&head, bytes.data(), sizeof head);
  const auto rest = bytes.substr(sizeof head);
  return {head.part, rest.substr(0, head.key_size), rest.substr(head.key_size)};
}

Aggregate::Aggregate(std::string explicit_hash_key)
    : explicit_hash_key_(std::move(explicit_hash_key)) {
  assert(read_hash_key(explicit_hash_key_));
}

size_t Aggregate::size() const {
  return keys_.size() + field_size(explicit_hash_key_.size()) + entries_.size();
}

size_t Aggregate::cost() const {
  constexpr size_t kPerKey = 80;  // in the map
  return keys_.capacity() + entries_.capacity() + indexes_.size() * kPerKey;
}

bool Aggregate::add(std::string_view partition_key, std::string_view data, uint64_t most) {
  const auto [key, is_new] = indexes_.try_emplace(std::string(partition_key), indexes_.size());
  if (records_ > 0) {
    const size_t more = (is_new ? field_size(partition_key.size()) : 0) +
                        field_size(record_size(key->second, data.size()));
    if (kMagic.size() + size() + more + kDigestSize + first_key_.size() > most) {
      if (is_new) indexes_.erase(key);
      return false;
    }
  }
  if (is_new) append_bytes(kKeyTable, partition_key, keys_);
  append_record(key->second, data, entries_);
  if (records_++ == 0) {
    first_key_ = partition_key;
    first_size_ = data.size();
  }
  return true;
}

void Aggregate::take(std::string& data) {
  assert(records_ > 0);
  if (records_ == 1) {
    data.assign(entries_, entries_.size() - first_size_);
  } else {
    data = kMagic;
    data += keys_;
    append_bytes(kHashKeyTable, explicit_hash_key_, data);
    data += entries_;
    const auto digest = md5(std::string_view(data).substr(kMagic.size()));
    data.append(digest.begin(), digest.end());
  }
  // Thousands of shards have no memory left of when each was full.
  indexes_ = {};
  keys_ = {};
  entries_ = {};
  records_ = 0;
}

}  // namespace pinpipe::wire
