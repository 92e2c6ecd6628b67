#include "wire/shard_map.h"

#include <gtest/gtest.h>

#include <random>

namespace pinpipe::wire {
namespace {

constexpr const char* kPast = "340282366920938463463374607431768211456";  // 2^128
constexpr const char* kLast = "340282366920938463463374607431768211455";

HashKey random_key(std::mt19937_64& random) { return HashKey{random()} << 64 | random(); }

/// Computed by hashlib of Python.
TEST(ShardMap, HashKeysAreMd5) {
  EXPECT_EQ(decimal(hash_key_of("index")), "141693508428367175816910246814798929542");
  EXPECT_EQ(decimal(hash_key_of("7528")), "328243139416694713817958587142130085794");
  EXPECT_EQ(decimal(hash_key_of("clé")), "216065962979188862129025276172069957765");
}

TEST(ShardMap, ReadsHashKeysOfAllSizes) {
  EXPECT_EQ(read_hash_key("0"), HashKey{0});
  EXPECT_EQ(read_hash_key(kLast), kLastHashKey);
  for (const char* bad : {"", "00", "01", "-1", "+1", "1 ", "1.0", "a", kPast,
                          "999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(read_hash_key(bad)) << bad;
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const HashKey key = random_key(random) >> random() % 128;
    EXPECT_EQ(read_hash_key(decimal(key)), key) << decimal(key);
  }
}

TEST(ShardMap, EvenShardsAreThoseOfTheService) {
  const auto two = ShardMap::even(2);
  EXPECT_EQ(decimal(two[0].last), "170141183460469231731687303715884105727");
  EXPECT_EQ(decimal(two[1].first), "170141183460469231731687303715884105728");
  const auto three = ShardMap::even(3);
  EXPECT_EQ(decimal(three[0].last), "113427455640312821154458202477256070484");
  EXPECT_EQ(decimal(three[2].first), "226854911280625642308916404954512140970");
  EXPECT_EQ(two.index_of(hash_key_of("index")), 0u);
  EXPECT_EQ(ShardMap::even(4).index_of(hash_key_of("index")), 1u);
  EXPECT_EQ(ShardMap::even(4).index_of(hash_key_of("0")), 3u);
}

/// REQUIRES: `map` came by its ranges some other way than ShardMap::of.
void expect_whole(const ShardMap& map) {
  std::vector<HashRange> ranges;
  for (size_t i = 0; i < map.size(); ++i) ranges.push_back(map[i]);
  EXPECT_TRUE(ShardMap::of(ranges).ok()) << map.size();
}

TEST(ShardMap, EachHashKeyIsInOneRange) {
  std::mt19937_64 random(2);
  for (const size_t shards : {1, 2, 3, 7, 33, 1000, 10'000}) {
    const auto map = ShardMap::even(shards);
    const auto halves = map.halved();
    expect_whole(map);
    expect_whole(halves);
    EXPECT_EQ(halves.size(), 2 * shards);
    for (int i = 0; i < 1000; ++i) {
      const HashKey key = random_key(random);
      EXPECT_TRUE(map[map.index_of(key)].has(key));
      EXPECT_TRUE(halves[halves.index_of(key)].has(key));
      EXPECT_EQ(halves.index_of(key) / 2, map.index_of(key));
    }
    for (size_t i = 0; i < shards; ++i) {
      EXPECT_EQ(map.index_of(map[i].first), i);
      EXPECT_EQ(map.index_of(map[i].last), i);
    }
  }
}

TEST(ShardMap, ARangeOfOneHashKeyHasNoHalves) {
  auto map = ShardMap::of({{0, 0}, {1, kLastHashKey}});
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->halved().size(), 3u);
  expect_whole(map->halved());
}

std::string shard(const std::string& id, const std::string& first, const std::string& last,
                  const std::string& more = "") {
  return R"({"ShardId":")" + id + R"(","HashKeyRange":{"StartingHashKey":")" + first +
         R"(","EndingHashKey":")" + last + "\"}" + more + "}";
}

const std::string kClosed =
    R"(,"SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"2"})";
const std::string kOpen = R"(,"SequenceNumberRange":{"StartingSequenceNumber":"1"})";

/// How many ranges there are, or why none.
std::string read(const std::string& text) {
  auto map = ShardMap::read(text, "s");
  return map.ok() ? std::to_string(map->size()) : map.error().what;
}

TEST(ShardMap, ReadsTheOpenShardsOfReplies) {
  const auto split = "[" + shard("a", "0", kLast, kClosed) + "," + shard("c", "6", kLast, kOpen) +
                     ",\n" + shard("b", "0", "5", kOpen) + "]";
  EXPECT_EQ(read("{\n \"Shards\": " + split + "\n}\n"), "2");
  EXPECT_EQ(read(R"({"StreamDescription":{"StreamName":"s","Shards":)" + split + "}}"), "2");
}

TEST(ShardMap, ReadsPagesAndStreamsThatHaveALineEach) {
  EXPECT_EQ(read("{\"Shards\":[" + shard("a", "0", "5") +
                 "],\"NextToken\":\"t\"}\n\n{\"Shards\":[" + shard("b", "6", kLast) + "]}\n"),
            "2");
  EXPECT_EQ(read("{\"StreamName\":\"r\",\"Shards\":[" + shard("a", "0", "5") + "," +
                 shard("b", "6", kLast) + "]}\n{\"StreamName\":\"s\",\"Shards\":[" +
                 shard("a", "0", kLast) + "]}\n"),
            "1");
}

TEST(ShardMap, RefusesWhatIsNoWholeMap) {
  EXPECT_EQ(read(""), "no open shard of stream 's'");
  EXPECT_EQ(read("{\"StreamName\":\"r\",\"Shards\":[]}"), "no open shard of stream 's'");
  EXPECT_EQ(read("[]"), "no list of shards");
  EXPECT_EQ(read("{\"stream\":\"s\",\"shards\":2}"), "no list of shards");
  EXPECT_EQ(read("{\"Shards\":[{\"ShardId\":\"a\"}]}"), "shard 'a' has no hash keys");
  EXPECT_EQ(read("{\"Shards\":[" + shard("a", "x", "5") + "]}"), "shard 'a' has no hash keys");
  const auto of = [](const std::string& shards) { return read("{\"Shards\":[" + shards + "]}"); };
  EXPECT_EQ(of(shard("a", "1", kLast)), "hash key 0 is in no open shard");
  EXPECT_EQ(of(shard("a", "0", "5")), "hash key 6 is in no open shard");
  EXPECT_EQ(of(shard("a", "0", "5") + "," + shard("b", "7", kLast)),
            "hash key 6 is in no open shard");
  EXPECT_EQ(of(shard("a", "0", "5") + "," + shard("b", "5", kLast)),
            "hash key 5 is in two open shards");
  EXPECT_EQ(of(shard("a", "0", kLast) + "," + shard("b", "5", kLast)),
            "hash key 5 is in two open shards");
  EXPECT_EQ(of(shard("a", "6", "5")), "hash key 0 is in no open shard");
}

}  // namespace
}  // namespace pinpipe::wire
