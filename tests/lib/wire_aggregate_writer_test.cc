// Records through aggregates and back, as the tool does it: all of them, in the order of their
// keys, each in the shard that its key is of, in records and requests that the service takes.
#include "wire/aggregate_writer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "base/base64.h"
#include "json/object.h"
#include "wire/kinesis.h"

namespace pinpipe::wire {
namespace {

using Random = std::mt19937_64;

/// A record as Kinesis has it.
struct Sent {
  std::string stream;
  std::string data;
  std::string key;
  HashKey hash_key;
};

class AggregateWriterTest : public testing::Test {
 protected:
  AggregateWriterTest()
      : path_(std::filesystem::temp_directory_path() / ("aggregates-" + std::to_string(getpid()))) {
    options_.streams.names = {"s"};
    aggregate_for(ShardMap::even(3));
  }
  ~AggregateWriterTest() override { std::filesystem::remove(path_); }

  void aggregate_for(const ShardMap& shards, uint64_t max_bytes = 25'000) {
    options_.aggregation.emplace();
    options_.aggregation->max_bytes = max_bytes;
    options_.aggregation->parts.assign(options_.streams.names.size(), shards.halved());
  }

  /// Packs `lines` in blocks of up to `block` lines, which say that they are `idle` and `rested`.
  void pack(const std::vector<std::string>& lines, size_t block, bool idle = false,
            bool rested = false) {
    auto format = kinesis_format(options_);
    format.max_line = max_line_;
    EncodeWorker worker(format, std::nullopt);
    AggregateWriter writer(format);
    stream::OutputOptions to;
    to.path = path_;
    auto output = stream::Output::open(to);
    ASSERT_TRUE(output.ok());
    for (size_t at = 0; at < lines.size();) {
      ndjson::LineBlock<EncodeWorker> made;
      made.in.idle = idle;
      made.in.rested = rested;
      for (const size_t end = std::min(at + block, lines.size()); at < end; ++at) {
        const auto status = worker.line(lines[at], made.out);
        if (!status.ok()) rejected_.push_back(status.error().what);
      }
      ASSERT_TRUE(writer.collect(made, *output).ok());
    }
    ASSERT_TRUE(writer.close_all(*output).ok());
    ASSERT_TRUE(output->commit().ok());
    records_ = writer.records();
    stats_ = writer.stats();
    read_requests();
  }

  void read_requests() {
    std::ifstream file(path_);
    requests_.clear();
    sent_.clear();
    for (std::string line; std::getline(file, line);) requests_.push_back(line);
    for (const auto& line : requests_) read_request(line);
  }

  void read_request(const std::string& line) {
    json::Object request;
    json::Object payload;
    json::Object record;
    std::vector<json::Element> records;
    ASSERT_TRUE(request.read(line) && payload.read(request.find("payload")->value));
    ASSERT_TRUE(payload.list("Records", records));
    EXPECT_LE(line.size(), max_line_);
    EXPECT_LE(records.size(), options_.max_records);
    uint64_t bytes = 0;
    for (const auto& element : records) {
      ASSERT_TRUE(record.read(element.value));
      Buffer data;
      ASSERT_TRUE(append_base64_decoded(record.text({"Data"}), data));
      const auto hash_key = read_hash_key(record.text({"ExplicitHashKey"}));
      ASSERT_TRUE(hash_key);
      sent_.push_back({payload.text({"StreamName"}), std::string(data.view()),
                       record.text({"PartitionKey"}), *hash_key});
      const size_t size = sent_.back().data.size() + sent_.back().key.size();
      const bool packed = is_aggregate(data.view());
      EXPECT_LE(size, packed ? options_.aggregation->max_bytes : options_.max_record_bytes);
      bytes += size;
    }
    EXPECT_LE(bytes, options_.max_bytes);
  }

  /// All records of `stream`, by the field that is their key.
  std::map<std::string, std::vector<std::string>> decoded(const std::string& field) {
    std::map<std::string, std::vector<std::string>> by_key;
    KinesisDecoder decoder;
    json::Object object;
    for (const auto& request : requests_) {
      RecordLines lines;
      EXPECT_TRUE(decoder.line(request, lines).ok());
      std::istringstream text{std::string(lines.text.view())};
      for (std::string line; std::getline(text, line);) {
        EXPECT_TRUE(object.read(line));
        by_key[object.text({field})].push_back(line);
      }
    }
    return by_key;
  }

  /// Each record is of the shard that its aggregate goes to, by the hash key of its own key; also
  /// where each shard has been split in its middle.
  void expect_in_shards(const ShardMap& shards, const std::string& field) {
    const auto halves = shards.halved();
    json::Object object;
    std::vector<std::string_view> records;
    for (const auto& each : sent_) {
      records = {each.data};
      if (is_aggregate(each.data)) {
        ASSERT_TRUE(unpack_aggregate(each.data, records).ok());
      }
      EXPECT_EQ(shards.index_of(hash_key_of(each.key)), shards.index_of(each.hash_key));
      for (const auto record : records) {
        ASSERT_TRUE(object.read(record));
        const auto own = hash_key_of(object.text({field}));
        ASSERT_EQ(shards.index_of(own), shards.index_of(each.hash_key)) << record;
        ASSERT_EQ(halves.index_of(own), halves.index_of(each.hash_key)) << record;
      }
    }
  }

  std::filesystem::path path_;
  KinesisOptions options_;
  uint64_t max_line_ = 64 * 1024 * 1024;
  std::vector<std::string> requests_;
  std::vector<Sent> sent_;
  std::vector<std::string> rejected_;
  uint64_t records_ = 0;
  std::string stats_;
};

/// Lines {"k":KEY,"n":NUMBER,"x":"…"}, with keys that come again, text that is escaped, and a few
/// that are long.
std::vector<std::string> random_lines(Random& random, size_t count) {
  static const std::string kTexts[] = {"", "é", "\\\"", "\\n", "\\ud83d\\udccc", "x"};
  std::vector<std::string> lines;
  for (size_t i = 0; i < count; ++i) {
    std::string key = std::to_string(random() % (count / 2 + 1));
    if (random() % 4 == 0) key = "\"" + kTexts[1 + random() % 5] + key + "\"";
    std::string text;
    const size_t size = random() % 50 == 0 ? random() % 20'000 : random() % 60;
    while (text.size() < size) text += kTexts[random() % 6];
    lines.push_back("{\"k\":" + key + ",\"n\":" + std::to_string(i) + ",\"x\":\"" + text + "\"}");
  }
  return lines;
}

std::map<std::string, std::vector<std::string>> by_key(const std::vector<std::string>& lines) {
  std::map<std::string, std::vector<std::string>> by_key;
  json::Object object;
  for (const auto& line : lines) {
    EXPECT_TRUE(object.read(line));
    by_key[object.text({"k"})].push_back(line);
  }
  return by_key;
}

TEST_F(AggregateWriterTest, WhatComesBackIsWhatWasPackedInTheOrderOfItsKeys) {
  Random random(16);
  options_.key_field = "k";
  for (int round = 0; round < 30; ++round) {
    const auto shards = ShardMap::even(1 + random() % (round % 10 == 0 ? 300 : 8));
    const auto lines = random_lines(random, 5000);
    options_.max_records = 1 + random() % 500;
    options_.max_bytes = 100'000 + random() % 500'000;
    aggregate_for(shards, 100 + random() % 60'000);
    pack(lines, 1 + random() % 700, round % 3 == 0);
    ASSERT_TRUE(rejected_.empty()) << rejected_[0];
    ASSERT_EQ(records_, lines.size());
    ASSERT_EQ(decoded("k"), by_key(lines)) << round;
    expect_in_shards(shards, "k");
  }
}

TEST_F(AggregateWriterTest, ShardsNeedNotBeEven) {
  Random random(17);
  options_.key_field = "k";
  for (int round = 0; round < 20; ++round) {
    std::map<HashKey, HashKey> ends;
    for (int i = 0; i < 9; ++i) ends[HashKey{random()} << 64 | random()] = 0;
    std::vector<HashRange> ranges;
    HashKey next = 0;
    for (const auto& [end, unused] : ends) {
      ranges.push_back({next, end});
      next = end + 1;
    }
    ranges.push_back({next, kLastHashKey});
    auto shards = ShardMap::of(ranges);
    ASSERT_TRUE(shards.ok());
    const auto lines = random_lines(random, 2000);
    aggregate_for(shards.value());
    pack(lines, 300);
    ASSERT_EQ(decoded("k"), by_key(lines)) << round;
    expect_in_shards(shards.value(), "k");
  }
}

TEST_F(AggregateWriterTest, FillsAggregatesWhereInputDoesNotPause) {
  options_.key_field = "k";
  std::vector<std::string> lines;
  for (int i = 0; i < 10'000; ++i) {
    lines.push_back("{\"k\":" + std::to_string(i) + ",\"x\":\"" + std::string(200, 'x') + "\"}");
  }
  aggregate_for(ShardMap::even(2));
  pack(lines, 100);
  size_t full = 0;
  for (const auto& each : sent_) full += each.data.size() + each.key.size() > 25'000 - 250 ? 1 : 0;
  EXPECT_EQ(sent_.size(), full + 4);  // the last of each half
  EXPECT_NE(stats_.find("\"aggregates\":" + std::to_string(sent_.size()) + ",\"alone\":0"),
            std::string::npos)
      << stats_;
}

TEST_F(AggregateWriterTest, GoesAtOnceWhereNothingMayWait) {
  options_.linger = std::chrono::milliseconds(0);
  pack({R"({"index":1})", R"({"index":2})", R"({"index":3})"}, 1, true);
  EXPECT_EQ(requests_.size(), 3u);
  ASSERT_EQ(sent_.size(), 3u);
  EXPECT_EQ(sent_[0].data, R"({"index":1})");
  EXPECT_EQ(sent_[0].key, "1");
}

TEST_F(AggregateWriterTest, WaitsForMoreWhereItMay) {
  options_.linger = std::chrono::hours(1);
  pack({R"({"index":1})", R"({"index":1,"n":2})", R"({"index":1,"n":3})"}, 1, true);
  EXPECT_EQ(requests_.size(), 1u);
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_TRUE(is_aggregate(sent_[0].data));
}

/// A reader that was kept from looking says so but once.
TEST_F(AggregateWriterTest, GoesWhereNobodyWouldLookAgain) {
  options_.linger = std::chrono::hours(1);
  pack({R"({"index":1})", R"({"index":1,"n":2})"}, 1, true, true);
  EXPECT_EQ(requests_.size(), 2u);
}

TEST_F(AggregateWriterTest, StreamsHaveAggregatesOfTheirOwn) {
  options_.streams.names = {"p", "g", "u"};
  aggregate_for(ShardMap::even(1));
  const std::string post = R"({"pin":{"index":1},"geo":{"ind":1},"user":{"ind":1}})";
  pack({post, post}, 1);
  ASSERT_EQ(sent_.size(), 3u);
  EXPECT_EQ(sent_[0].stream + sent_[1].stream + sent_[2].stream, "pgu");
  std::vector<std::string_view> records;
  ASSERT_TRUE(unpack_aggregate(sent_[1].data, records).ok());
  EXPECT_EQ(records, (std::vector<std::string_view>{R"({"ind":1})", R"({"ind":1})"}));
}

TEST_F(AggregateWriterTest, HoldsNoMoreThanItMayWhateverTheShards) {
  options_.key_field = "k";
  options_.max_record_bytes = 4 * 1024 * 1024;
  aggregate_for(ShardMap::even(500), 1024 * 1024);
  Random random(18);
  std::vector<std::string> lines;
  for (int i = 0; i < 4000; ++i) {
    lines.push_back("{\"k\":" + std::to_string(i) + ",\"x\":\"" + std::string(10'000, 'x') + "\"}");
  }
  pack(lines, 10);
  EXPECT_EQ(records_, 4000u);
  EXPECT_EQ(decoded("k"), by_key(lines));
  EXPECT_GT(sent_.size(), 2000u);  // more than there are parts: they were closed before the end
}

/// Lines that readers would not take are not written; a record that would be one is rejected.
TEST_F(AggregateWriterTest, KeepsLinesAsShortAsTheyMayBe) {
  Random random(19);
  options_.key_field = "k";
  max_line_ = 9000;
  const auto lines = random_lines(random, 3000);
  pack(lines, 100);
  EXPECT_GT(rejected_.size(), 0u);
  EXPECT_EQ(records_ + rejected_.size(), lines.size());
  EXPECT_NE(rejected_[0].find("over --max-line 9000"), std::string::npos) << rejected_[0];
}

}  // namespace
}  // namespace pinpipe::wire
