// The sink over a Kafka of its own and a folder: where objects end, where it goes on, what is lost.
#include "kafka/sink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fake_consumer.h"
#include "kafka/store.h"

namespace pinpipe::kafka {
namespace {

namespace fs = std::filesystem;

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
