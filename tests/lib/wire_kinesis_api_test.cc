#include "wire/kinesis_api.h"

#include <gtest/gtest.h>

namespace pinpipe::wire {
namespace {

TEST(KinesisApi, AnArnIsNoName) {
  EXPECT_EQ(create_arguments("arn:aws:kinesis:r:1:stream/s", 2),
            R"({"StreamARN":"arn:aws:kinesis:r:1:stream/s","ShardCount":2})");
  EXPECT_EQ(iterator_arguments("s", "shard-1", R"("ShardIteratorType":"LATEST")"),
            R"({"StreamName":"s","ShardId":"shard-1","ShardIteratorType":"LATEST"})");
  EXPECT_EQ(stream_arguments("a\"b"), R"({"StreamName":"a\"b"})");
}

TEST(KinesisApi, ReadsShards) {
  const auto page = read_shard_page(R"({"Shards":[
      {"ShardId":"a","SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"2"}},
      {"ShardId":"b","ParentShardId":"a","AdjacentParentShardId":"c","SequenceNumberRange":{"StartingSequenceNumber":"1"}}],
      "NextToken":"t"})");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->shards.size(), 2u);
  EXPECT_TRUE(page->shards[0].closed);
  EXPECT_TRUE(page->shards[0].parents.empty());
  EXPECT_FALSE(page->shards[1].closed);
  EXPECT_EQ(page->shards[1].parents, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(page->next, "t");
}

TEST(KinesisApi, WritesTheOpenShardsSoThatTheyAreReadAgain) {
  const std::vector<Shard> shards{{"a", {}, true, HashRange{}},
                                  {"b", {"a"}, false, HashRange{0, 5}},
                                  {"c", {"a"}, false, HashRange{6, kLastHashKey}}};
  const auto page = read_shard_page(shard_line("s", shards));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->stream, "s");
  ASSERT_EQ(page->shards.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(page->shards[i].id, shards[i + 1].id);
    EXPECT_EQ(page->shards[i].hash_keys, shards[i + 1].hash_keys);
    EXPECT_FALSE(page->shards[i].closed);
  }
}

TEST(KinesisApi, ReadsRecords) {
  const auto page = read_records_page(R"({"Records":[{"SequenceNumber":"1","Data":"e30="},
      {"Data":"e30=","ApproximateArrivalTimestamp":1700000000.5,"SequenceNumber":"2"}],
      "NextShardIterator":"i","MillisBehindLatest":7})");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->records, 2u);
  EXPECT_EQ(page->last_sequence_number, "2");
  EXPECT_EQ(page->last_arrival, 1700000000.5);
  EXPECT_EQ(page->next_iterator, "i");
  EXPECT_EQ(page->behind_ms, 7);
  const auto end = read_records_page(R"({"Records":[],"NextShardIterator":null})");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->records, 0u);
  EXPECT_EQ(end->next_iterator, "");
  EXPECT_FALSE(read_records_page(R"({"Records":[{"Data":"e30="}]})"));
  EXPECT_FALSE(read_records_page(R"({"Records":{}})"));
}

TEST(KinesisApi, ReadsStreams) {
  const auto summary = read_summary(
      R"({"StreamDescriptionSummary":{"StreamName":"s","StreamARN":"a","StreamStatus":"ACTIVE",
      "OpenShardCount":3,"RetentionPeriodHours":24,"StreamModeDetails":{"StreamMode":"ON_DEMAND"}}})");
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->status, "ACTIVE");
  EXPECT_EQ(summary->open_shards, 3);
  EXPECT_EQ(summary->mode, "ON_DEMAND");
  const auto page = read_stream_page(R"({"StreamNames":["a","b"],"HasMoreStreams":true})");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->names, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(page->more);
  EXPECT_FALSE(read_stream_page(R"({"StreamNames":[],"HasMoreStreams":true})")->more);
}

}  // namespace
}  // namespace pinpipe::wire
