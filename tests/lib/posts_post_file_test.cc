#include "posts/post_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace pinpipe::posts {
namespace {

/// A file with `text`, for as long as it lives.
class TextFile {
 public:
  explicit TextFile(const std::string& text) {
    const int fd = mkstemp(path_.data());
    EXPECT_GE(fd, 0);
    EXPECT_EQ(write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    close(fd);
  }
  ~TextFile() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "pool-XXXXXX";
};

struct Read {
  std::unique_ptr<Pool> pool;
  std::vector<std::string> told;
};

Read read(const std::string& text, unsigned threads = 1, size_t block_size = 256 * 1024) {
  const TextFile file(text);
  Read read;
  ndjson::RejectLog log("emulate-posts", [&](const std::string& line) {
    read.told.push_back(line.substr(
        line.find(file.path()) == line.npos ? 0 : line.find(file.path()) + file.path().size()));
  });
  ndjson::LineRunOptions options;
  options.files = {file.path()};
  options.threads = threads;
  options.blocks.block_size = block_size;
  auto pool = Pool::read(options, log);
  EXPECT_TRUE(pool.ok());
  read.pool = std::move(*pool);
  return read;
}

std::string posts(Pool& pool, const std::vector<Row>& rows,
                  std::vector<MissingRow>* missing = nullptr) {
  Buffer buffer;
  std::vector<MissingRow> mine;
  EXPECT_TRUE(pool.append_posts(rows, buffer, missing ? *missing : mine).ok());
  return std::string(buffer.view());
}

TEST(Pool, GivesPostsByteForByte) {
  const auto [pool, told] = read(R"( {"pin" : {"index": 1.0}}  )"
                                 "\n\n"
                                 R"({"geo":{"ind":2,"x":"\u00e9"}})"
                                 "\r\n"
                                 R"({"user":{"ind":3}})");
  ASSERT_EQ(pool->rows(), 3u);
  EXPECT_EQ(posts(*pool, {2, 0, 1, 0}),
            "{\"user\":{\"ind\":3}}\n {\"pin\" : {\"index\": 1.0}}  "
            "\n{\"geo\":{\"ind\":2,\"x\":\"\\u00e9\"}}\n"
            " {\"pin\" : {\"index\": 1.0}}  \n");
  EXPECT_TRUE(told.empty());
}

TEST(Pool, TellsLinesThatAreNoPosts) {
  const auto [pool, told] =
      read("{\"pin\":{\n{\"index\":1}\n{\"pin\":{\"ind\":4}}\n[]\n{\"pin\":null}\n");
  EXPECT_EQ(pool->rows(), 1u);
  EXPECT_EQ(pool->rejected(), 4u);
  ASSERT_EQ(told.size(), 4u);
  EXPECT_TRUE(told[0].starts_with(":1: ")) << told[0];
  EXPECT_EQ(told[1],
            ":2: not a post: no 'pin', 'geo' or 'user' in it is an object with an ind or index");
  EXPECT_TRUE(told[2].starts_with(":4: ")) << told[2];
  EXPECT_TRUE(told[3].starts_with(":5: ")) << told[3];
}

TEST(Pool, KeepsTheOrderWithManyThreads) {
  std::string text;
  std::vector<Row> rows;
  for (int i = 0; i < 5000; ++i) {
    text += "{\"pin\":{\"index\":" + std::to_string(i) + "}}\n";
    rows.push_back(i);
  }
  const auto [pool, told] = read(text, 4, 1000);
  ASSERT_EQ(pool->rows(), 5000u);
  EXPECT_TRUE(posts(*pool, rows) == text);
}

TEST(Pool, RowsBehindTheLastAreMissing) {
  const auto [pool, told] = read("{\"pin\":{\"ind\":4}}\n");
  std::vector<MissingRow> missing;
  EXPECT_EQ(posts(*pool, {0, 1, 0, 7}, &missing), "{\"pin\":{\"ind\":4}}\n{\"pin\":{\"ind\":4}}\n");
  ASSERT_EQ(missing.size(), 2u);
  EXPECT_EQ(missing[0].row, 1u);
  EXPECT_EQ(missing[1].row, 7u);
  EXPECT_EQ(missing[1].reason, "the pool has 1 posts");
}

}  // namespace
}  // namespace pinpipe::posts
