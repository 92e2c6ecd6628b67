// The sink over a Kafka of its own and a folder: where objects end, where it goes on, what is lost.
#include "kafka/sink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <sstream>

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
    logged_.clear();
    auto store = open_store(folder_, "0a");
    EXPECT_TRUE(store.ok());
    SinkHooks hooks;
    hooks.is_stopped = [] { return false; };
    hooks.on_object = [this](const std::string& path) -> Status {
      logged_.push_back(path.substr(path.rfind('/') + 1));
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
  std::vector<std::string> logged_;
  bool refuse_ = false;
};

TEST_F(SinkTest, CutsEachPartitionIntoObjectsOfSoManyRecords) {
  consumer_.logs = {{0, {"1", "2", "3"}}, {5, {"4"}}};
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(object(0, "0a.pin+0+0000000000.json"), "1\n2\n");
  EXPECT_EQ(object(0, "0a.pin+0+0000000002.json"), "3\n");
  EXPECT_EQ(object(1, "0a.pin+1+0000000005.json"), "4\n");
  EXPECT_EQ(logged_.size(), 3u);
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
  EXPECT_EQ(logged_, (std::vector<std::string>{"0a.pin+0+0000000003.json"}));
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

/// A store in memory, which may be killed: it takes so many objects more, in any order that chains
/// allow, and no other.
class MemoryStore : public Store {
 public:
  explicit MemoryStore(std::string work) : work_(std::move(work)) {}

  std::map<std::string, std::string> objects;
  size_t takes = SIZE_MAX;
  std::mt19937 random;

  const std::string& work() const override { return work_; }
  Status list(const std::string& folder,
              const std::function<void(std::string_view path)>& found) override {
    for (const auto& [path, text] : objects) {
      if (path.starts_with(folder)) found(path);
    }
    return {};
  }
  Result<std::string> fetch(const std::string& path) override {
    auto file = work_ + "/fetched" + std::to_string(fetched_++);
    std::ofstream(file) << objects.at(path);
    return file;
  }
  Status put(const std::vector<FinishedObject>& finished, const Put& put) override {
    std::vector<size_t> left(finished.size());
    std::iota(left.begin(), left.end(), size_t{0});
    while (!left.empty()) {
      if (takes == 0) return Error{"killed"};
      --takes;
      auto next = left.begin() + static_cast<long>(random() % left.size());
      next = std::ranges::find_if(
          left, [&](size_t i) { return finished[i].chain == finished[*next].chain; });
      std::ifstream file(finished[*next].file);
      objects[finished[*next].path] = {std::istreambuf_iterator<char>(file), {}};
      fs::remove(finished[*next].file);
      left.erase(next);
    }
    for (const auto& object : finished) {
      auto status = put(object);
      if (!status.ok()) return status;
    }
    return {};
  }

 private:
  std::string work_;
  int fetched_ = 0;
};

constexpr int64_t kDayMs = 86'400'000;

TimePartitions by_day(TimeSource source) {
  TimePartitions times;
  times.format = PathFormat::parse("'day'=dd").value();
  times.sources = {std::move(source)};
  return times;
}

class SinkOfTimesTest : public SinkTest {
 protected:
  SinkOfTimesTest() : store_(folder_) { options_.times = by_day({TimeSource::Of::record}); }

  Status run() {
    for (auto& log : consumer_.logs) log.at.reset();
    for (const auto& left : fs::directory_iterator(folder_)) fs::remove(left);
    SinkHooks hooks;
    hooks.is_stopped = [] { return false; };
    Sink sink(options_, std::move(hooks), consumer_, store_);
    auto status = sink.run();
    counts_ = sink.counts();
    return status;
  }
  std::string at(const std::string& path) const {
    const auto found = store_.objects.find("topics/0a.pin/" + path);
    return found == store_.objects.end() ? "(none)" : found->second;
  }
  size_t count() const { return store_.objects.size(); }

  MemoryStore store_;
};

TEST_F(SinkOfTimesTest, PutsEachRecordIntoTheFolderOfItsTime) {
  consumer_.logs = {{0, {"1", "2", "3", "4"}, {}, {0, kDayMs, 1, kDayMs + 1}}};
  options_.flush_size = 3;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("day=01/0a.pin+0+0000000000.json"), "1\n3\n");
  EXPECT_EQ(at("day=02/0a.pin+0+0000000001.json"), "2\n");
  EXPECT_EQ(at("day=02/0a.pin+0+0000000003.json"), "4\n");
  EXPECT_EQ(at(".offsets/0a.pin+0"), "{\"next_offset\":4,\"interleaved\":true}\n");
  EXPECT_EQ(counts_.objects, 3u);
}

TEST_F(SinkOfTimesTest, TakesTheTimeOfAField) {
  options_.times = by_day({TimeSource::Of::field, "geo.timestamp"});
  options_.times->sources.push_back({TimeSource::Of::record});
  options_.times->zone = TimeZone::named("-01:00").value();
  consumer_.logs = {{0,
                     {"{\"geo\":{\"timestamp\":\"2022-10-20T00:30:00\"}}",
                      "{\"geo\":{\"timestamp\":1666308600000}}", "{}"},
                     {},
                     {0, 0, 5 * kDayMs}}};
  options_.flush_size = 10;
  ASSERT_TRUE(run().ok());
  EXPECT_NE(at("day=19/0a.pin+0+0000000000.json"), "(none)");  // half past midnight in UTC
  EXPECT_NE(at("day=20/0a.pin+0+0000000001.json"), "(none)");
  EXPECT_EQ(at("day=05/0a.pin+0+0000000002.json"), "{}\n");
}

TEST_F(SinkOfTimesTest, EndsAtARecordWithoutTheTimeWithAllBeforeIt) {
  options_.times = by_day({TimeSource::Of::field, "timestamp"});
  consumer_.logs = {{0, {"{\"timestamp\":\"2022-10-20\"}", "{}"}}};
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what,
            "topic 0a.pin, partition 0, offset 1: it has no time in 'timestamp'");
  EXPECT_NE(at("day=20/0a.pin+0+0000000000.json"), "(none)");
}

TEST_F(SinkOfTimesTest, EndsObjectsByTheTimeOfRecords) {
  consumer_.logs = {{0, {"1", "2", "3"}, {}, {0, 999, 1000}}};
  options_.flush_size = 10;
  options_.rotate_records_ms = 1000;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("day=01/0a.pin+0+0000000000.json"), "1\n2\n");
  EXPECT_EQ(at("day=01/0a.pin+0+0000000002.json"), "3\n");
}

TEST_F(SinkOfTimesTest, EndsObjectsWhereTooManyAreOpen) {
  consumer_.logs = {{0, {"1", "2", "3", "4"}, {}, {0, kDayMs, 0, 2 * kDayMs}}};
  options_.flush_size = 10;
  options_.max_open = 2;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("day=01/0a.pin+0+0000000000.json"), "1\n3\n");
  EXPECT_EQ(at("day=03/0a.pin+0+0000000003.json"), "4\n");
}

TEST_F(SinkOfTimesTest, ByArrivalKeepsNoMoreThanThatItsObjectsSayWhereTheyEnd) {
  options_.times = by_day({TimeSource::Of::now});
  int64_t now = 0;
  options_.times->now_ms = [&now] { return now += kDayMs / 2; };  // a day has one record, then two
  consumer_.logs = {{0, {"1", "2", "3"}}};
  options_.flush_size = 10;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("day=01/0a.pin+0+0000000000.json"), "1\n");
  EXPECT_EQ(at("day=02/0a.pin+0+0000000001.json"), "2\n3\n");
  EXPECT_EQ(at(".offsets/0a.pin+0"), "{\"next_offset\":0,\"interleaved\":false}\n");
  consumer_.logs[0].values.emplace_back("4");
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("day=03/0a.pin+0+0000000003.json"), "4\n");
  EXPECT_EQ(count(), 4u);
}

TEST_F(SinkOfTimesTest, GoesOnAfterRunsOfOtherFolders) {
  consumer_.logs = {{0, {"1", "2", "3"}, {}, {0, kDayMs, 0, 0, 0, 0}}};
  options_.flush_size = 10;
  const auto times = options_.times;
  options_.times.reset();
  ASSERT_TRUE(run().ok());
  consumer_.logs[0].values = {"1", "2", "3", "4", "5"};
  options_.times = times;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("day=01/0a.pin+0+0000000003.json"), "4\n5\n");
  consumer_.logs[0].values.emplace_back("6");
  options_.times.reset();
  ASSERT_TRUE(run().ok());
  consumer_.logs[0].values.emplace_back("7");
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("partition=0/0a.pin+0+0000000005.json"), "6\n");
  EXPECT_EQ(at("partition=0/0a.pin+0+0000000006.json"), "7\n");
}

TEST_F(SinkOfTimesTest, RefusesObjectsOfOthersThatDoNotSayWhereTheyEnd) {
  store_.objects["topics/0a.pin/day=01/0a.pin+0+0000000000.json"] = "1\n";
  consumer_.logs = {{0, {"1", "2"}, {}, {0, 0}}};
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().hint.find("topics/0a.pin/.offsets/0a.pin+0"), std::string::npos);
  store_.objects["topics/0a.pin/.offsets/0a.pin+0"] = R"({"next_offset":1,"interleaved":true})";
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("day=01/0a.pin+0+0000000001.json"), "2\n");
}

TEST_F(SinkOfTimesTest, LeavesNoRecordTwiceWhereTheOptionsChangeBehindAKill) {
  consumer_.logs = {{0, {"1", "2"}, {}, {0, kDayMs}}};
  store_.takes = 2;  // where to begin, and one of two objects
  ASSERT_FALSE(run().ok());
  store_.takes = SIZE_MAX;
  options_.times->format = PathFormat::parse("'month'=MM").value();
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().what.find("of a run with other options"), std::string::npos);
  options_.times.reset();
  ASSERT_FALSE(run().ok());
  options_.times = by_day({TimeSource::Of::record});
  ASSERT_TRUE(run().ok());
}

/// Random times, flush sizes and kills: at the end each record is there once, where it belongs.
TEST_F(SinkOfTimesTest, LosesAndDoublesNothingWhereverItIsKilled) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto up_to = [&](size_t most) { return random() % most; };
    store_.objects.clear();
    store_.random.seed(seed);
    const bool by_arrival = up_to(3) == 0;
    options_.times = by_day({by_arrival ? TimeSource::Of::now : TimeSource::Of::record});
    int64_t now = 0;
    options_.times->now_ms = [&] { return now += static_cast<int64_t>(up_to(kDayMs)); };
    consumer_.logs.assign(1 + up_to(2), {});
    size_t number = 0;
    for (auto& log : consumer_.logs) {
      for (size_t left = up_to(60); left > 0; --left) {
        const auto time = static_cast<int64_t>(up_to(5)) * kDayMs;
        const bool is_null = up_to(10) == 0;
        log.times_ms.push_back(time);
        log.values.push_back(is_null ? std::nullopt : std::optional(std::to_string(number++)));
      }
    }
    Status status = Error{"not run"};
    for (int kills = 0; !status.ok(); ++kills) {
      ASSERT_LT(kills, 200);
      store_.takes = kills > 100 ? SIZE_MAX : up_to(8);
      options_.flush_size = 1 + up_to(20);
      options_.max_open = 1 + up_to(6);
      status = run();
      ASSERT_TRUE(status.ok() || status.error().what == "killed") << status.error().what;
    }
    std::multiset<std::string> got;
    for (const auto& [path, text] : store_.objects) {
      if (path.find("/.offsets/") != path.npos) continue;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        got.insert(by_arrival ? line : path.substr(0, path.rfind('/')) + " " + line);
      }
    }
    std::multiset<std::string> expected;
    for (const auto& log : consumer_.logs) {
      for (size_t i = 0; i < log.values.size(); ++i) {
        if (!log.values[i]) continue;
        const auto day = std::to_string(log.times_ms[i] / kDayMs + 1);
        expected.insert(by_arrival ? *log.values[i]
                                   : "topics/0a.pin/day=0" + day + " " + *log.values[i]);
      }
    }
    ASSERT_EQ(got, expected);
  }
}

TEST_F(SinkOfTimesTest, WritesBytesWithTheirSeparators) {
  options_.times.reset();
  options_.format.separator = ";";
  options_.format.layout.ending = ".bin";
  options_.format.layout.lines_are_records = false;
  consumer_.logs = {{0, {"a\n", "b"}}};
  ASSERT_TRUE(run().ok());
  consumer_.logs[0].values.emplace_back("c");
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(at("partition=0/0a.pin+0+0000000000.bin"), "a\n;b;");
  EXPECT_EQ(at("partition=0/0a.pin+0+0000000002.bin"), "c;");
}

TEST_F(SinkTest, EndsAtANullWhereThatIsAnError) {
  consumer_.logs = {{0, {"1", std::nullopt}}};
  options_.fail_on_null = true;
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "topic 0a.pin, partition 0, offset 1: the value is null");
  EXPECT_EQ(object(0, "0a.pin+0+0000000000.json"), "1\n");
}

}  // namespace
}  // namespace pinpipe::kafka
