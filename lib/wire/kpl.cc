#include "wire/kpl.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include "base/md5.h"

namespace pinpipe::wire {
namespace {

constexpr std::string_view kMagic = "\xF3\x89\x9A\xC2";
constexpr size_t kDigestSize = 16;

enum Wire : uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

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

struct UserRecord {
  std::optional<uint64_t> key;
  std::optional<std::string_view> data;
};

std::optional<UserRecord> read_record(std::string_view message) {
  UserRecord record;
  Fields fields(message);
  for (Field field; fields.next(field);) {
    if (field.is(1, kVarint)) record.key = field.value;
    if (field.is(3, kBytes)) record.data = field.bytes;
  }
  if (fields.malformed()) return std::nullopt;
  return record;
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
    if (field.is(1, kBytes)) ++keys;
    if (!field.is(3, kBytes)) continue;
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

}  // namespace pinpipe::wire
