// The sink over a Kafka of its own and a folder: where objects end, where it goes on, what is lost.
#include "kafka/sink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kafka/store.h"

namespace pinpipe::kafka {
namespace {

namespace fs = std::filesystem;

/// Partitions of one topic, as logs; each read gives a record of each that is started.
class FakeConsumer : public Consumer {
 public:
  struct Log {
    int64_t low = 0;
    std::vector<std::optional<std::string>> values = {};
    std::optional<int64_t> at = {};
  };
  std::vector<Log> logs;
  std::optional<std::string> is_away;
  Status failure;  // of reads, behind all records

  void add_topic(const std::string& name) override { topic_ = name; }
  const std::string& topic(size_t) const override { return topic_; }
  Result<int32_t> partition_count(size_t) override { return static_cast<int32_t>(logs.size()); }
  Result<Offsets> offsets(size_t, int32_t partition) override {
    const auto& log = logs[static_cast<size_t>(partition)];
    return Offsets{log.low, log.low + static_cast<int64_t>(log.values.size())};
  }
  Status start(size_t, int32_t partition, std::optional<int64_t> offset) override {
    auto& log = logs[static_cast<size_t>(partition)];
    log.at = offset.value_or(log.low);
    return {};
  }
  Read read(std::chrono::milliseconds, const ReadHooks& hooks) override {
    Read read;
    for (size_t i = 0; i < logs.size() && read.status.ok(); ++i) {
      auto& log = logs[i];
      if (!log.at) continue;
      const auto number = static_cast<int32_t>(i);
      const auto place = static_cast<size_t>(*log.at - log.low);
      if (place == log.values.size()) {
        hooks.on_end(0, number);
        continue;
      }
      ++read.events;
      const auto& value = log.values[place];
      Record record{0, number, (*log.at)++, std::nullopt};
      if (value) record.value = *value;
      read.status = hooks.on_record(record);
      read.hook_failed = !read.status.ok();
    }
    if (read.events == 0 && read.status.ok()) read.status = failure;
    return read;
  }
  const std::optional<std::string>& away() const override { return is_away; }
  std::chrono::milliseconds refresh_interval() const override { return {}; }

 private:
  std::string topic_;
};

class SinkTest : public testing::Test {
 protected:
  SinkTest() {
    std::string name = (fs::temp_directory_path() / "sink-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    options_.topics = {"0a.pin"};
    options_.flush_size = 2;
    options_.until_end = true;
  }
  ~SinkTest() override { fs::remove_all(folder_); }

  Status run() {
    told_.clear();
    auto store = open_store(folder_, "0a");
    EXPECT_TRUE(store.ok());
    SinkHooks hooks;
    hooks.is_stopped = [] { return false; };
    hooks.on_object = [this](const std::string& path) -> Status {
      told_.push_back(path.substr(path.rfind('/') + 1));
      return refuse_ ? Status(Error{"cannot write 'stdout': No space left on device"}) : Status();
    };
    Sink sink(options_, std::move(hooks), consumer_, *store.value());
    auto status = sink.run();
    counts_ = sink.counts();
    return status;
  }
  std::string object(int partition, const std::string& name) const {
    std::ifstream file(folder_ + "/topics/0a.pin/partition=" + std::to_string(partition) + "/" +
                       name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// That the next run reads the same logs anew.
  void forget_positions() {
    for (auto& log : consumer_.logs) log.at.reset();
  }

  std::string folder_;
  SinkOptions options_;
  FakeConsumer consumer_;
  SinkCounts counts_;
  std::vector<std::string> told_;
  bool refuse_ = false;
};

TEST_F(SinkTest, CutsEachPartitionIntoObjectsOfSoManyRecords) {
  consumer_.logs = {{0, {"1", "2", "3"}}, {5, {"4"}}};
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(object(0, "0a.pin+0+0000000000.json"), "1\n2\n");
  EXPECT_EQ(object(0, "0a.pin+0+0000000002.json"), "3\n");
  EXPECT_EQ(object(1, "0a.pin+1+0000000005.json"), "4\n");
  EXPECT_EQ(told_.size(), 3u);
  EXPECT_EQ(counts_.records, 4u);
  EXPECT_EQ(counts_.expected, 4u);
  EXPECT_EQ(counts_.objects, 3u);
}

TEST_F(SinkTest, EndsAnObjectAtAGap) {
  consumer_.logs = {{0, {"1", std::nullopt, "3", "4"}}};
  options_.flush_size = 10;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(object(0, "0a.pin+0+0000000000.json"), "1\n");
  EXPECT_EQ(object(0, "0a.pin+0+0000000002.json"), "3\n4\n");
  EXPECT_EQ(counts_.nulls, 1u);
}

TEST_F(SinkTest, GoesOnBehindTheLastObject) {
  consumer_.logs = {{0, {"1", "2", "3"}}};
  ASSERT_TRUE(run().ok());
  consumer_.logs[0].values.push_back("4");
  forget_positions();
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(told_, (std::vector<std::string>{"0a.pin+0+0000000003.json"}));
  EXPECT_EQ(object(0, "0a.pin+0+0000000003.json"), "4\n");
}

TEST_F(SinkTest, RefusesToSkipWhatKafkaHasDeleted) {
  consumer_.logs = {{0, {"1", "2"}}};
  ASSERT_TRUE(run().ok());
  consumer_.logs[0] = {7, {"8"}};
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().what.find("offset 2"), std::string::npos) << status.error().what;
  EXPECT_NE(status.error().hint.find("0a.pin+0+0000000007.json"), std::string::npos)
      << status.error().hint;
}

TEST_F(SinkTest, KeepsWhatWasReadWhereKafkaFails) {
  consumer_.logs = {{0, {"1"}}};
  options_.until_end = false;
  consumer_.failure = Error{"topic 0a.pin, partition 0: deleted"};
  ASSERT_FALSE(run().ok());
  EXPECT_EQ(object(0, "0a.pin+0+0000000000.json"), "1\n");
}

TEST_F(SinkTest, EndsWhereNobodyTakesItsNames) {
  consumer_.logs = {{0, {"1", "2", "3"}}};
  refuse_ = true;
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "cannot write 'stdout': No space left on device");
}

}  // namespace
}  // namespace pinpipe::kafka
