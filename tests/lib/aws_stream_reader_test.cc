#include "aws/stream_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "fake_transport.h"
#include "json/object.h"

namespace pinpipe::aws {
namespace {

using http::FakeTransport;
using http::header_of;
using http::Reply;
using http::reply_of;
using http::Request;
using std::chrono::milliseconds;

constexpr int64_t kBegun = 1'700'000'000;
constexpr const char* kDate = "Tue, 14 Nov 2023 22:13:20 GMT";  // kBegun

/// A stream on a server, of which a shard's replies are those that a test says.
struct FakeShard {
  std::string id;
  std::vector<std::string> parents = {};
  bool closed = false;
  std::vector<double> arrivals = {};  // of a record a reply, numbered from 0
  bool hidden = false;                // until something is read of its parents
  size_t writes_on = 0;               // so many more, as they are asked for
};

class StreamReaderTest : public testing::Test {
 protected:
  StreamReaderTest() : transport_([this](const Request& request) { return answer(request); }) {
    options_.stream = "s";
    options_.now = [this] { return transport_.now; };
    options_.unix_time = [] { return std::time_t(kBegun); };
    service_.endpoint = "http://h:1";
    service_.region = "r";
    service_.credentials = [] { return Result<Credentials>(Credentials{"AK", "SK", ""}); };
    service_.now = options_.now;
    service_.unix_time = options_.unix_time;
  }
  void TearDown() override { std::filesystem::remove(state_); }

  /// "a0 a1 b0": the records that came out, in that order.
  std::string read(bool keeps = false) {
    written_.clear();
    auto place = StreamPlace::open("s", keeps ? state_ : "");
    if (!place.ok()) return place.error().what;
    KinesisClient client(service_, transport_);
    StreamReaderHooks hooks;
    hooks.write = [this](std::string_view line) { return write(line); };
    hooks.stopped = [this] { return stops_at_ && transport_.now >= *stops_at_; };
    StreamReader reader(options_, hooks, client, *place);
    const auto status = reader.run();
    error_ = status.ok() ? Error{"", ""} : status.error();
    return written_;
  }

  std::string kept() const {
    std::ifstream file(state_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Status write(std::string_view line) {
    EXPECT_TRUE(line.ends_with("}\n")) << line;
    EXPECT_EQ(line.find_first_of("\r\n"), line.size() - 1);
    json::Object reply, record;
    std::vector<json::Element> records;
    EXPECT_TRUE(reply.read(line) && reply.list("Records", records) &&
                record.read(records.at(0).value));
    written_ += (written_.empty() ? "" : " ") + record.text({"Data"});
    return full_after_ == 0 || --full_after_ > 0 ? Status() : Status(Error{"disk full", ""});
  }

  Reply answer(const Request& request) {
    const auto action = header_of(request, "X-Amz-Target").substr(17);
    asked_.push_back(action);
    json::Object arguments;
    EXPECT_TRUE(arguments.read(request.body));
    Reply reply;
    if (action == "ListShards") {
      reply = reply_of(200, list());
    } else if (action == "GetShardIterator") {
      const auto from = arguments.text({"StartingSequenceNumber"});
      const auto type = arguments.text({"ShardIteratorType"});
      types_.push_back(type);
      size_t at = type == "AFTER_SEQUENCE_NUMBER" ? std::stoul(from) + 1 : 0;
      if (type == "LATEST") at = shard(arguments.text({"ShardId"})).arrivals.size();
      reply = reply_of(200, R"({"ShardIterator":")" + arguments.text({"ShardId"}) + "/" +
                                std::to_string(at) + "\"}");
    } else {
      reply = records(arguments.text({"ShardIterator"}));
    }
    reply.date = kDate;
    return reply;
  }

  FakeShard& shard(const std::string& id) {
    for (auto& one : shards_) {
      if (one.id == id) return one;
    }
    throw std::runtime_error("no shard " + id);
  }

  std::string list() const {
    std::string text;
    for (const auto& one : shards_) {
      if (one.hidden) continue;
      text += std::string(text.empty() ? "" : ",") + R"({"ShardId":")" + one.id + "\"";
      const char* keys[] = {"ParentShardId", "AdjacentParentShardId"};
      for (size_t i = 0; i < one.parents.size(); ++i)
        text += std::string(",\"") + keys[i] + "\":\"" + one.parents[i] + "\"";
      text += R"(,"SequenceNumberRange":{"StartingSequenceNumber":"0")";
      if (one.closed) text += R"(,"EndingSequenceNumber":"9")";
      text += "}}";
    }
    return "{\"Shards\":[" + text + "]}";
  }

  Reply records(const std::string& iterator) {
    if (faults_ > 0) {
      --faults_;
      return reply_of(400, "{\"__type\":\"" + fault_ + "\"}");
    }
    const size_t slash = iterator.find('/');
    auto& of = shard(iterator.substr(0, slash));
    const size_t at = std::stoul(iterator.substr(slash + 1));
    if (of.writes_on > 0 && at == of.arrivals.size()) {
      --of.writes_on;
      transport_.now += milliseconds(500);
      of.arrivals.push_back(
          kBegun + std::chrono::duration<double>(transport_.now.time_since_epoch()).count());
    }
    const bool has = at < of.arrivals.size();
    for (auto& one : shards_) {
      if (std::ranges::find(one.parents, of.id) == one.parents.end()) continue;
      one.hidden = false;
    }
    const bool ends = closes(of) && at + 1 >= of.arrivals.size();
    std::string text = R"({"MillisBehindLatest":0,)"
                       "\n\"NextShardIterator\":" +
                       (ends ? "null" : "\"" + of.id + "/" + std::to_string(at + has) + "\"") +
                       ",\r\n\"Records\":[";
    if (has) {
      text += R"({"SequenceNumber":")" + std::to_string(at) + R"(","Data":")" + of.id +
              std::to_string(at) + R"(","ApproximateArrivalTimestamp":)" +
              std::to_string(of.arrivals[at]) + "}";
    }
    return reply_of(200, text + "]}");
  }
  /// Whether the shard has children, which it has got since if it is not `closed`.
  bool closes(const FakeShard& of) const {
    return of.closed || std::ranges::any_of(shards_, [&](const FakeShard& one) {
             return std::ranges::find(one.parents, of.id) != one.parents.end();
           });
  }
  size_t count(const std::string& action) const { return std::ranges::count(asked_, action); }

  FakeTransport transport_;
  StreamReaderOptions options_;
  ServiceOptions service_;
  std::vector<FakeShard> shards_;
  std::string fault_;
  int faults_ = 0;
  int full_after_ = 0;
  std::optional<http::TimePoint> stops_at_;
  std::string written_;
  std::vector<std::string> asked_;
  std::vector<std::string> types_;
  Error error_;
  std::string state_ = testing::TempDir() + "/state";
};

constexpr double kBefore = kBegun - 100;

TEST_F(StreamReaderTest, ReadsAllShardsEachInOrder) {
  shards_ = {{"a", {}, false, {kBefore, kBefore}}, {"b", {}, false, {kBefore, kBefore}}};
  EXPECT_EQ(read(), "a0 b0 a1 b1");
  EXPECT_EQ(error_.what, "");
}

TEST_F(StreamReaderTest, AnEmptyStreamIsAtItsEnd) {
  EXPECT_EQ(read(), "");
  shards_ = {{"a", {}, false, {}}};
  EXPECT_EQ(read(), "");
  EXPECT_EQ(error_.what, "");
}

TEST_F(StreamReaderTest, ChildrenOfASplitComeBehindTheirParent) {
  shards_ = {{"b", {"a"}, false, {kBefore}},
             {"c", {"a"}, false, {kBefore}},
             {"a", {}, true, {kBefore, kBefore}}};
  EXPECT_EQ(read(), "a0 a1 b0 c0");
  EXPECT_EQ(count("ListShards"), 1u);  // they were listed with it
}

TEST_F(StreamReaderTest, TheChildOfAMergeWaitsForBoth) {
  shards_ = {{"c", {"a", "b"}, false, {kBefore}},
             {"a", {}, true, {kBefore}},
             {"b", {}, true, {kBefore, kBefore, kBefore}}};
  EXPECT_EQ(read(), "a0 b0 b1 b2 c0");
}

TEST_F(StreamReaderTest, AParentThatIsNotListedIsOlderThanTheStreamKeeps) {
  shards_ = {{"b", {"gone"}, false, {kBefore}}};
  EXPECT_EQ(read(), "b0");
}

TEST_F(StreamReaderTest, AShardThatIsSplitMeanwhileIsFoundByItsEnd) {
  options_.follow = true;
  shards_ = {{"a", {}, false, {kBefore}}, {"b", {"a"}, false, {kBefore}, true}};
  stops_at_ = transport_.now + milliseconds(5000);
  EXPECT_EQ(read(), "a0 b0");
  EXPECT_EQ(count("ListShards"), 2u);
}

TEST_F(StreamReaderTest, EndsBehindWhatWasThereWhileSomebodyWrites) {
  shards_ = {{"a", {}, false, {kBefore}, false, 1000}};
  EXPECT_EQ(read(), "a0 a1 a2 a3 a4");  // each came half a second behind the other; 2 s are slack
}

TEST_F(StreamReaderTest, FollowsUntilItIsStopped) {
  options_.follow = true;
  shards_ = {{"a", {}, false, {kBefore}}};
  stops_at_ = transport_.now + milliseconds(10'500);
  EXPECT_EQ(read(), "a0");
  EXPECT_LE(count("GetRecords"), 13u);  // one a second, where nothing comes
  EXPECT_GE(count("GetRecords"), 10u);
}

TEST_F(StreamReaderTest, GoesOnFromItsPlace) {
  shards_ = {{"a", {}, true, {kBefore}}, {"b", {"a"}, false, {kBefore}}};
  EXPECT_EQ(read(true), "a0 b0");
  EXPECT_EQ(kept(), R"({"stream": "s", "shards": {"a": null, "b": {"ShardIteratorType": )"
                    R"("AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": "0"}}})"
                    "\n");
  shards_[1].arrivals.push_back(kBefore);
  EXPECT_EQ(read(true), "b1");
  EXPECT_EQ(read(true), "");
}

TEST_F(StreamReaderTest, ThePlaceIsNoFartherThanWhatWasWritten) {
  shards_ = {{"a", {}, false, {kBefore, kBefore, kBefore}}};
  full_after_ = 2;
  read(true);
  EXPECT_EQ(error_.what, "disk full");
  full_after_ = 0;
  EXPECT_EQ(read(true), "a1 a2");
}

TEST_F(StreamReaderTest, LatestIsATimeToTheNextRun) {
  options_.latest = true;
  shards_ = {{"old", {}, true, {kBefore}}, {"a", {"old"}, false, {kBefore}}};
  EXPECT_EQ(read(true), "");
  EXPECT_EQ(types_, std::vector<std::string>{"LATEST"});
  EXPECT_EQ(kept(), R"({"stream": "s", "shards": {"a": {"ShardIteratorType": "AT_TIMESTAMP", )"
                    R"("Timestamp": 1700000000}, "old": null}})"
                    "\n");
  read(true);
  EXPECT_EQ(types_.back(), "AT_TIMESTAMP");
}

TEST_F(StreamReaderTest, AnIteratorThatExpiredIsRenewedFromTheLastRecord) {
  shards_ = {{"a", {}, false, {kBefore, kBefore}}};
  options_.follow = true;
  stops_at_ = transport_.now + milliseconds(3500);
  fault_ = "ExpiredIteratorException";
  faults_ = 1;
  EXPECT_EQ(read(), "a0 a1");
  EXPECT_EQ(types_, (std::vector<std::string>{"TRIM_HORIZON", "TRIM_HORIZON"}));
}

TEST_F(StreamReaderTest, IsAsFastAsTheServerUntilThatThrottles) {
  shards_ = {{"a", {}, false, std::vector<double>(20, kBefore)}};
  read();
  EXPECT_LT(transport_.now - http::TimePoint(), milliseconds(100));
  fault_ = "ProvisionedThroughputExceededException";
  faults_ = 1;
  const auto before = transport_.now;
  read();
  EXPECT_GE(transport_.now - before, milliseconds(19 * 200));
}

TEST_F(StreamReaderTest, KeepsToTheRateOfAShardWherePaced) {
  shards_ = {{"a", {}, false, std::vector<double>(20, kBefore)},
             {"b", {}, false, std::vector<double>(20, kBefore)}};
  options_.paced = true;
  read();
  EXPECT_GE(transport_.now - http::TimePoint(), milliseconds(20 * 200));
  EXPECT_LT(transport_.now - http::TimePoint(), milliseconds(22 * 200));
}

TEST_F(StreamReaderTest, AsksNoMoreAtOnceThanItMay) {
  for (char id = 'a'; id <= 'z'; ++id)
    shards_.push_back({std::string(1, id), {}, false, {kBefore}});
  options_.parallel = 4;
  read();
  EXPECT_EQ(transport_.most_at_once, 4u);
  options_.parallel = 100;
  options_.max_bytes = 1;  // one is always let through
  transport_.most_at_once = 0;
  read();
  EXPECT_EQ(transport_.most_at_once, 1u);
}

TEST_F(StreamReaderTest, SaysWhatIsWrongWithThePlace) {
  const auto of = [&](const std::string& text) {
    std::ofstream(state_) << text;
    auto place = StreamPlace::open("s", state_);
    return place.ok() ? "" : place.error().what;
  };
  EXPECT_EQ(of(R"({"stream":"t","shards":{}})"), "'" + state_ + "' is of stream 't'");
  const auto none = "'" + state_ + "' is not a place of read-stream";
  for (const char* text :
       {"", "{", "{}", R"({"stream":"s","shards":[]})", R"({"stream":"s","shards":{"a":1}})",
        R"({"stream":"s","shards":{"a":{}}})"})
    EXPECT_EQ(of(text), none) << text;
  EXPECT_EQ(
      of(R"({"stream": "s", "shards": {"a": {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": 1.5}}})"),
      "");
  shards_ = {{"a", {}, false, {kBefore}}};
  std::ofstream(state_) << R"({"stream":"s","shards":{"a":{"ShardIteratorType":"X"}}})";
  EXPECT_EQ(read(true), "a0");
}

}  // namespace
}  // namespace pinpipe::aws
