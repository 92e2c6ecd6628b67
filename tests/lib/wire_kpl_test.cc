#include "wire/kpl.h"

#include <gtest/gtest.h>

#include <string>

#include "base/md5.h"

namespace pinpipe::wire {
namespace {

std::string field(int number, std::string_view bytes) {
  std::string text{static_cast<char>(number << 3 | 2)};
  size_t size = bytes.size();
  for (; size >= 0x80; size >>= 7) text += static_cast<char>(size | 0x80);
  text += static_cast<char>(size);
  return text.append(bytes);
}

std::string record(char key, std::string_view data) {
  return std::string{'\x08', key} + field(3, data);
}

std::string aggregate(const std::string& message) {
  const auto digest = md5(message);
  return "\xF3\x89\x9A\xC2" + message + std::string(digest.begin(), digest.end());
}

/// The records, one a line, or why there are none.
std::string unpack(const std::string& data) {
  std::vector<std::string_view> records;
  if (auto status = unpack_aggregate(data, records); !status.ok()) return status.error().what;
  std::string text;
  for (const auto each : records) text.append(each).append("\n");
  return text;
}

TEST(Kpl, KnowsAggregatesByTheirFirstBytes) {
  EXPECT_TRUE(is_aggregate(aggregate("")));
  EXPECT_FALSE(is_aggregate("\xF3\x89\x9A"));
  EXPECT_FALSE(is_aggregate("{}"));
  EXPECT_FALSE(is_aggregate(""));
}

TEST(Kpl, UnpacksRecordsInOrder) {
  EXPECT_EQ(unpack(aggregate(field(1, "k") + field(3, record(0, "one")) + field(3, record(0, "")))),
            "one\n\n");
  EXPECT_EQ(unpack(aggregate("")), "");
}

TEST(Kpl, UnpacksRecordsOfMoreThan127Bytes) {
  const std::string large(70'000, 'x');
  EXPECT_EQ(unpack(aggregate(field(1, "k") + field(3, record(0, large)))), large + "\n");
}

TEST(Kpl, FindsTheKeyTableBehindTheRecords) {
  EXPECT_EQ(unpack(aggregate(field(3, record(1, "one")) + field(1, "a") + field(1, "b"))), "one\n");
}

TEST(Kpl, SkipsFieldsItDoesNotKnow) {
  const std::string fixed =
      std::string("\x29") + std::string(8, '\0') + "\x2D" + std::string(4, '\0');
  const std::string tag = field(4, field(1, "tag"));
  EXPECT_EQ(
      unpack(aggregate(fixed + field(1, "k") + "\x38\x7F" + field(3, record(0, "one") + tag))),
      "one\n");
}

TEST(Kpl, RefusesWhatIsCutShort) {
  const auto whole = aggregate(field(1, "k") + field(3, record(0, "one")));
  for (size_t size = 4; size < whole.size(); ++size) {
    EXPECT_TRUE(unpack(whole.substr(0, size)).starts_with("KPL aggregate: ")) << size;
  }
  EXPECT_EQ(unpack(whole.substr(0, 19)), "KPL aggregate: cut short");
}

TEST(Kpl, RefusesAnyFlippedBit) {
  const auto whole = aggregate(field(1, "k") + field(3, record(0, "one")));
  for (size_t at = 4; at < whole.size(); ++at) {
    auto bad = whole;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_EQ(unpack(bad), "KPL aggregate: the MD5 checksum does not match") << at;
  }
}

TEST(Kpl, RefusesMalformedProtobuf) {
  const std::string malformed = "KPL aggregate: malformed protobuf";
  EXPECT_EQ(unpack(aggregate("\x0A")), malformed);                            // no size
  EXPECT_EQ(unpack(aggregate("\x0A\x05xyz")), malformed);                     // more than there is
  EXPECT_EQ(unpack(aggregate("\x0B")), malformed);                            // a group
  EXPECT_EQ(unpack(aggregate(std::string("\x02\x00", 2))), malformed);        // field number 0
  EXPECT_EQ(unpack(aggregate("\x08" + std::string(10, '\xFF'))), malformed);  // an endless varint
  EXPECT_EQ(unpack(aggregate("\x29\x01\x02")), malformed);                    // 8 bytes wanted
  EXPECT_EQ(unpack(aggregate(field(1, "k") + field(3, "\x08"))), malformed);  // in a record
}

TEST(Kpl, RefusesRecordsWithoutDataOrKey) {
  EXPECT_EQ(unpack(aggregate(field(1, "k") + field(3, std::string("\x08\x00", 2)))),
            "KPL aggregate: a record without data");
  EXPECT_EQ(unpack(aggregate(field(1, "k") + field(3, field(3, "one")))),
            "KPL aggregate: a record without a partition key");
  const std::string not_in_table = "KPL aggregate: a partition key that is not in the table";
  EXPECT_EQ(unpack(aggregate(field(1, "k") + field(3, record(1, "one")))), not_in_table);
  const std::string last_key = "\x08" + std::string(9, '\xFF') + "\x01";
  EXPECT_EQ(unpack(aggregate(field(1, "k") + field(3, last_key + field(3, "one")))), not_in_table);
}

// ---- writing

/// Reads what the writer is known to write, nothing else, and not by its own reader.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  bool take(char tag) {
    if (rest_.empty() || rest_[0] != tag) return false;
    rest_.remove_prefix(1);
    return true;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<uint8_t>(rest_.at(0));
      rest_.remove_prefix(1);
      value |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
  }
  std::string_view bytes() {
    const auto size = varint();
    const auto bytes = rest_.substr(0, size);
    EXPECT_EQ(bytes.size(), size);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

 private:
  std::string_view rest_;
};

struct Packed {
  std::vector<std::string> keys;
  std::vector<std::string> hash_keys;
  std::vector<std::pair<std::string, std::string>> records;  // key and data
};

Packed parse(std::string_view data) {
  Packed packed;
  EXPECT_TRUE(data.starts_with("\xF3\x89\x9A\xC2"));
  const auto message = data.substr(4, data.size() - 20);
  const auto digest = md5(message);
  EXPECT_EQ(data.substr(data.size() - 16), std::string(digest.begin(), digest.end()));
  Reader fields(message);
  while (fields.take('\x0A')) packed.keys.emplace_back(fields.bytes());
  while (fields.take('\x12')) packed.hash_keys.emplace_back(fields.bytes());
  while (fields.take('\x1A')) {
    Reader record(fields.bytes());
    EXPECT_TRUE(record.take('\x08'));
    const auto key = record.varint();
    EXPECT_TRUE(record.take('\x10'));
    EXPECT_EQ(record.varint(), 0u);
    EXPECT_TRUE(record.take('\x1A'));
    packed.records.emplace_back(packed.keys.at(key), record.bytes());
    EXPECT_TRUE(record.at_end());
  }
  EXPECT_TRUE(fields.at_end());
  return packed;
}

constexpr uint64_t kNoLimit = UINT64_MAX;

TEST(Kpl, PacksRecordsInOrderWithOneHashKey) {
  Aggregate packing("42");
  EXPECT_TRUE(packing.add("a", "one", kNoLimit));
  EXPECT_TRUE(packing.add("b", "two", kNoLimit));
  EXPECT_TRUE(packing.add("a", "", kNoLimit));
  EXPECT_EQ(packing.partition_key(), "a");
  EXPECT_EQ(packing.records(), 3u);
  std::string data;
  packing.take(data);
  const auto packed = parse(data);
  EXPECT_EQ(packed.keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(packed.hash_keys, (std::vector<std::string>{"42"}));
  EXPECT_EQ(packed.records, (std::vector<std::pair<std::string, std::string>>{
                                {"a", "one"}, {"b", "two"}, {"a", ""}}));
  EXPECT_EQ(unpack(data), "one\ntwo\n\n");
  EXPECT_EQ(packing.records(), 0u);
}

TEST(Kpl, ForgetsWhatWasTaken) {
  Aggregate packing("1");
  std::string data;
  for (int i = 0; i < 3; ++i) {
    packing.add("k" + std::to_string(i), "x", kNoLimit);
    packing.add("k", "y", kNoLimit);
    packing.take(data);
    EXPECT_EQ(parse(data).keys, (std::vector<std::string>{"k" + std::to_string(i), "k"}));
  }
}

TEST(Kpl, ARecordAloneGoesAsItIs) {
  Aggregate packing("1");
  std::string data;
  for (const std::string& record : {std::string("{}"), std::string(), std::string(70'000, 'x')}) {
    EXPECT_TRUE(packing.add("key", record, 1));
    packing.take(data);
    EXPECT_EQ(data, record);
  }
}

/// Sizes and indexes on both sides of where they take a byte more; and the limit, to the byte.
TEST(Kpl, FillsAnAggregateToTheByteAtEveryBorderOfAVarint) {
  for (const size_t border : {0, 127, 128, 16'383, 16'384, 2'097'151, 2'097'152}) {
    for (size_t size = border < 3 ? 0 : border - 12; size <= border + 3; ++size) {
      Aggregate packing("170141183460469231731687303715884105727");
      std::string data;
      packing.add("first", "1", kNoLimit);
      packing.add("a key", std::string(size, 'x'), kNoLimit);
      const size_t whole = 4 + packing.size() + 16 + 5;
      packing.take(data);
      ASSERT_EQ(data.size() + 5, whole) << size;
      ASSERT_EQ(parse(data).records[1].second.size(), size);
      packing.add("first", "1", kNoLimit);
      ASSERT_FALSE(packing.add("a key", std::string(size, 'x'), whole - 1)) << size;
      ASSERT_EQ(packing.records(), 1u);
      ASSERT_TRUE(packing.add("a key", std::string(size, 'x'), whole)) << size;
      std::string again;
      packing.take(again);
      ASSERT_EQ(again, data) << size;
    }
  }
}

TEST(Kpl, CountsKeysBeyondTheBordersOfAVarint) {
  Aggregate packing("0");
  std::string data;
  for (int i = 0; i < 17'000; ++i) packing.add(std::to_string(i), std::to_string(i), kNoLimit);
  for (const int i : {0, 127, 128, 16'383, 16'384}) packing.add(std::to_string(i), "", kNoLimit);
  const size_t size = packing.size();
  packing.take(data);
  EXPECT_EQ(data.size(), 4 + size + 16);
  const auto packed = parse(data);
  ASSERT_EQ(packed.keys.size(), 17'000u);
  ASSERT_EQ(packed.records.size(), 17'005u);
  for (size_t i = 0; i < 17'000; ++i) ASSERT_EQ(packed.records[i].first, packed.records[i].second);
  EXPECT_EQ(packed.records.back().first, "16384");
}

TEST(Kpl, KeysOf256CharactersAndAnyBytesOfDataStayAsTheyAre) {
  std::string bytes;
  for (int i = 0; i < 512; ++i) bytes += static_cast<char>(i);
  std::string key;
  for (int i = 0; i < 256; ++i) key += "\xF0\x9F\x93\x8C";
  Aggregate packing("7");
  packing.add(key, bytes, kNoLimit);
  packing.add("", bytes, kNoLimit);
  std::string data;
  packing.take(data);
  EXPECT_EQ(parse(data).records,
            (std::vector<std::pair<std::string, std::string>>{{key, bytes}, {"", bytes}}));
}

TEST(Kpl, AUserRecordIsReadAsItWasWritten) {
  Buffer bytes;
  UserRecord{70'000, "key", std::string_view("\0,\"", 3)}.append_to(bytes);
  const auto record = UserRecord::read(bytes.view());
  EXPECT_EQ(record.part, 70'000u);
  EXPECT_EQ(record.partition_key, "key");
  EXPECT_EQ(record.data, std::string_view("\0,\"", 3));
}

}  // namespace
}  // namespace pinpipe::wire
