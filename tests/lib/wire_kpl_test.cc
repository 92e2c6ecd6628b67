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

}  // namespace
}  // namespace pinpipe::wire
