// Properties of the S3 sink connector: which are taken, and what they come to.
#include "kafka/connector_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace pinpipe::kafka {
namespace {

Result<ConnectorFile> read(const std::map<std::string, std::string>& values) {
  std::vector<Property> properties;
  for (const auto& [key, value] : values) properties.push_back({key, value, "f:1"});
  return read_connector(properties);
}

std::string fault(const std::map<std::string, std::string>& values) {
  auto file = read(values);
  return file.ok() ? "" : file.error().what;
}

struct Example {
  const char* key;
  const char* good;
  const char* bad;  // "" where all goes; null is an empty value
};

// clang-format off
constexpr Example kExamples[] = {
    {"name", "sink", ""},
    {"topics", "0a.pin, 0a.geo", "0a/pin"},
    {"topics.regex", "0a[.].*", "("},
    {"s3.bucket.name", "posts", "s3://posts/raw"},
    {"s3.region", "us-east-1", ""},
    {"store.url", "http://127.0.0.1:9000", "127.0.0.1:9000"},
    {"aws.access.key.id", "AKIA", "${file:keys}"},
    {"aws.secret.access.key", "hunter2", "${file:keys}"},
    {"topics.dir", "raw/topics/", "/topics"},
    {"file.delim", "_", "/"},
    {"filename.offset.zero.pad.width", "0", "-1"},
    {"format.class", "io.confluent.connect.s3.format.json.JsonFormat", "io.confluent.connect.s3.format.avro.AvroFormat"},
    {"format.bytearray.extension", ".bytes", "bytes"},
    {"format.bytearray.separator", "\\n", ""},
    {"s3.compression.type", "gzip", "zstd"},
    {"flush.size", "1", "0"},
    {"rotate.interval.ms", "60000", "-2"},
    {"rotate.schedule.interval.ms", "-1", "1m"},
    {"partitioner.max.open.files", "-1", "0"},
    {"partitioner.class", "io.confluent.connect.storage.partitioner.HourlyPartitioner", "io.confluent.connect.storage.partitioner.FieldPartitioner"},
    {"path.format", "'year'=YYYY", "year=YYYY"},
    {"partition.duration.ms", "3600000", "0"},
    {"timezone", "Europe/London", "Europe/Londin"},
    {"timestamp.extractor", "RecordField", "io.acme.Extractor"},
    {"timestamp.field", "geo.timestamp", nullptr},
    {"behavior.on.null.values", "ignore", "write"},
    {"connector.class", "io.confluent.connect.s3.S3SinkConnector", "io.acme.SinkConnector"},
    {"storage.class", "io.confluent.connect.s3.storage.S3Storage", "io.acme.Storage"},
    {"value.converter", "org.apache.kafka.connect.json.JsonConverter", "org.apache.kafka.connect.storage.StringConverter"},
    {"value.converter.schemas.enable", "false", "true"},
    {"directory.delim", "/", "-"},
    {"store.kafka.keys", "false", "true"},
    {"store.kafka.headers", "false", "true"},
    {"s3.object.tagging", "false", "true"},
    {"s3.ssea.name", "AES256", "aws:kms"},
    {"s3.sse.customer.key", "", "key"},
    {"s3.sse.kms.key.id", "", "key"},
    {"s3.acl.canned", "private", "public-read"},
    {"s3.schema.partition.affix.type", "NONE", "PREFIX"},
    {"transforms", "", "InsertField"},
};
// clang-format on

TEST(ConnectorFile, HasAnExampleOfEachPropertyThatSaysSomething) {
  for (const auto& property : connector_properties()) {
    const auto known = std::ranges::find(kExamples, property.key, [](const Example& example) {
      return std::string_view(example.key);
    });
    EXPECT_NE(known == std::end(kExamples), property.treatment != Treatment::left_out)
        << property.key;
  }
}

TEST(ConnectorFile, TakesAGoodValueAndRefusesABadOneOfEach) {
  for (const auto& [key, good, bad] : kExamples) {
    EXPECT_EQ(fault({{key, good}}), "") << key;
    const std::string value(bad == nullptr ? "" : bad);
    if (bad != nullptr && value.empty()) continue;
    EXPECT_TRUE(fault({{key, value}}).starts_with(std::string("f:1: ") + key + ": ")) << key;
  }
}

TEST(ConnectorFile, LeavesOutAnyValueOfConnectsOwn) {
  for (const auto& property : connector_properties()) {
    if (property.treatment != Treatment::left_out) continue;
    std::string key(property.key);
    if (key.ends_with('*')) key.back() = 'x';
    EXPECT_EQ(fault({{key, "${anything}"}}), "") << key;
  }
}

TEST(ConnectorFile, KnowsNoOther) {
  auto file = read({{"flush.sise", "1"}});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().what, "f:1: no property 'flush.sise' of the S3 sink connector");
  EXPECT_EQ(file.error().hint, "did you mean 'flush.size'?");
  EXPECT_NE(fault({{"bootstrap.servers", "b:9092"}}), "");
}

TEST(ConnectorFile, ShowsNoSecret) {
  auto file = read({{"aws.secret.access.key", "${hunter2}"}});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ((file.error().what + file.error().hint).find("hunter2"), std::string::npos);
}

TEST(ConnectorFile, MakesWhatConnectMakesOfIt) {
  auto file = read({{"topics", "a,b"},
                    {"topics.dir", "raw"},
                    {"flush.size", "3"},
                    {"s3.compression.type", "gzip"},
                    {"filename.offset.zero.pad.width", "4"},
                    {"file.delim", "~"}});
  ASSERT_TRUE(file.ok()) << file.error().what;
  EXPECT_EQ(file->topics, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(file->sink.flush_size, 3u);
  EXPECT_TRUE(file->sink.fail_on_null);
  EXPECT_FALSE(file->sink.times);
  EXPECT_EQ(file->sink.format.layout.path({"a", 2, 17, "partition=2"}),
            "raw/a/partition=2/a~2~0017.json.gz");
  EXPECT_TRUE(file->remarks.empty());
}

TEST(ConnectorFile, FindsTheObjectsThatItNames) {
  ObjectLayout layout;
  layout.file_delim = "-";
  layout.offset_digits = 3;
  for (const auto* topic : {"a", "a-1", "0a.pin"}) {
    const ObjectName name{topic, 12, 3456, "year=2022/month=10"};
    const auto found = layout.parse(topic, layout.path(name));
    ASSERT_TRUE(found) << topic;
    EXPECT_EQ(found->partition, 12);
    EXPECT_EQ(found->offset, 3456);
    EXPECT_EQ(found->folder, name.folder);
    EXPECT_EQ(layout.parse_offsets(topic, layout.offsets_path(topic, 12)), 12);
  }
  for (const auto* path : {"topics/a/a-1-2.json", "topics/a/x/b-1-2.json", "topics/a/x/a-1-2.jsonl",
                           "topics/a/x/a-1.json", "topics/a/.x/a-1-2.json",
                           "topics/a/x/a--1-2.json", "topics/ab/x/a-1-2.json"}) {
    EXPECT_FALSE(layout.parse("a", path)) << path;
  }
}

TEST(ConnectorFile, MakesFoldersOfTimes) {
  auto daily = read({{"partitioner.class", "DailyPartitioner"},
                     {"timezone", "+02:00"},
                     {"timestamp.extractor", "Record"},
                     {"rotate.interval.ms", "5"}});
  ASSERT_TRUE(daily.ok()) << daily.error().what;
  EXPECT_EQ(daily->sink.times->format.folder(0), "year=1970/month=01/day=01");
  EXPECT_EQ(daily->sink.times->duration_ms, 86'400'000);
  EXPECT_EQ(daily->sink.times->zone.offset_seconds(0), 7200);
  EXPECT_EQ(daily->sink.rotate_records_ms, 5);
  EXPECT_FALSE(daily->sink.rotate);
  auto wall = read({{"partitioner.class", "HourlyPartitioner"}, {"rotate.interval.ms", "5000"}});
  ASSERT_TRUE(wall.ok());
  EXPECT_TRUE(wall->sink.times->by_arrival());
  EXPECT_EQ(wall->sink.rotate->count(), 5);
  EXPECT_EQ(fault({{"partitioner.class", "TimeBasedPartitioner"}}),
            "the TimeBasedPartitioner needs path.format");
  EXPECT_EQ(fault({{"partitioner.class", "TimeBasedPartitioner"}, {"path.format", "YYYY"}}),
            "the TimeBasedPartitioner needs partition.duration.ms");
  auto none = read({{"rotate.interval.ms", "5000"}});
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->sink.rotate);
  EXPECT_EQ(none->remarks.size(), 1u);
}

TEST(ConnectorFile, RefusesWhatDoesNotGoTogether) {
  EXPECT_NE(fault({{"topics", "a"}, {"topics.regex", "a"}}), "");
  EXPECT_NE(fault({{"format.class", "ByteArrayFormat"}, {"value.converter", "JsonConverter"}}), "");
  EXPECT_NE(fault({{"format.class", "JsonFormat"}, {"value.converter", "ByteArrayConverter"}}), "");
  auto bytes = read({{"format.class", "ByteArrayFormat"},
                     {"value.converter", "ByteArrayConverter"},
                     {"format.bytearray.separator", "\\r\\n"}});
  ASSERT_TRUE(bytes.ok()) << bytes.error().what;
  EXPECT_EQ(bytes->sink.format.separator, "\r\n");
  EXPECT_EQ(bytes->sink.format.layout.ending, ".bin");
  EXPECT_TRUE(bytes->sink.interleaved());
}

}  // namespace
}  // namespace pinpipe::kafka
