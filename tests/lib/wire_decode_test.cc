// Decoders and any bytes: what comes out is records, what is refused adds nothing.
#include <gtest/gtest.h>

#include <random>

#include "base/base64.h"
#include "json/object.h"
#include "wire/kafka_rest.h"
#include "wire/kinesis.h"

namespace pinpipe::wire {
namespace {

using Random = std::mt19937;

std::string base64(std::string_view bytes) {
  Buffer text;
  append_base64(bytes, text);
  return std::string(text.view());
}

std::string random_bytes(Random& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

/// All that is written is objects, one a line, as many as are counted; a refused line adds none.
template <class Decoder>
void expect_records(Decoder& decoder, std::string_view line) {
  RecordLines lines;
  const auto status = decoder.line(line, lines);
  if (!status.ok()) {
    EXPECT_TRUE(lines.text.empty()) << line;
    EXPECT_FALSE(status.error().what.empty()) << line;
    return;
  }
  uint64_t records = 0;
  json::Object object;
  for (std::string_view rest = lines.text.view(); !rest.empty(); ++records) {
    const auto record = rest.substr(0, rest.find('\n'));
    EXPECT_TRUE(object.read(record)) << line;
    rest.remove_prefix(record.size() + 1);
  }
  EXPECT_EQ(records, lines.records) << line;
}

const std::string kData = base64("{\"index\":1,\"title\":\"a\"}\n{\"ind\":2}\n");

const std::vector<std::string> kKinesisLines{
    R"({"stream":"s","payload":{"StreamName":"s","Records":[{"Data":")" + kData +
        R"(","PartitionKey":"1"}]}})",
    R"({"partitionKey":"1","data":")" + kData +
        R"(","shardId":"s","approximateArrivalTimestamp":"2024-01-14T15:59:44.638+0000"})",
    R"({"Records":[{"kinesis":{"data":")" + kData +
        R"(","approximateArrivalTimestamp":1705247984.638}},{"Data":"{\"index\":1}"}]})",
    R"({"records":[{"recordId":"1","data":")" + kData + R"("}]})",
    R"({"DeliveryStreamName":"d","Record":{"Data":")" + kData + R"("}})",
    R"("{\"Records\":[{\"Data\":{\"index\":1},\"ApproximateArrivalTimestamp\":1.7E9}]}")",
};
const std::vector<std::string> kKafkaLines{
    R"({"topic":"t","payload":{"records":[{"value":{"index":1}},{"value":"{\"index\":2}"}]}})",
    R"({"topic":"t","ts":1705247984638,"payload":"{\"after\":{\"ind\":3},\"op\":\"r\"}"})",
    R"({"schema":{},"payload":{"before":null,"after":{"index":2},"op":"u","ts_ms":1705247984638}})",
    R"({"database":"d","table":"t","type":"insert","ts":1705247984,"data":{"ind":7}})",
    R"([{"topic":"t","value":{"payload":"\"{\\\"index\\\":1}\"","schema":1},"offset":1}])",
    R"("{\"records\":[{\"value\":{\"index\":1}}]}")",
};

/// Cut at each byte, and with each byte made another.
template <class Decoder>
void expect_records_of_damaged(const std::vector<std::string>& lines) {
  Random random(1);
  for (const bool stamps : {false, true}) {
    Decoder decoder(stamps);
    for (const auto& line : lines) {
      RecordLines whole;
      EXPECT_TRUE(decoder.line(line, whole).ok()) << line;
      EXPECT_GT(whole.records, 0u) << line;
      for (size_t at = 0; at < line.size(); ++at) {
        expect_records(decoder, line.substr(0, at));
        auto damaged = line;
        damaged[at] = static_cast<char>(random());
        expect_records(decoder, damaged);
      }
    }
  }
}

TEST(KinesisDecoder, TakesDamagedLinesForWhatTheyAre) {
  expect_records_of_damaged<KinesisDecoder>(kKinesisLines);
}

TEST(KafkaUnwrapper, TakesDamagedLinesForWhatTheyAre) {
  expect_records_of_damaged<KafkaUnwrapper>(kKafkaLines);
}

TEST(KinesisDecoder, TakesAnyBytesInData) {
  Random random(2);
  KinesisDecoder decoder;
  // Those of gzip, of an aggregate, of JSON, and none.
  const std::vector<std::string> starts{"\x1F\x8B\x08", "\xF3\x89\x9A\xC2", "{", ""};
  for (int i = 0; i < 4000; ++i) {
    const auto bytes = starts[size_t(i) % starts.size()] + random_bytes(random, random() % 200);
    expect_records(decoder, R"({"Records":[{"Data":")" + base64(bytes) + R"("},{"Data":{}}]})");
    expect_records(decoder, R"({"data":")" + base64(bytes) + R"("})");
  }
}

}  // namespace
}  // namespace pinpipe::wire
