#include "ndjson/block_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zstd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <random>
#include <thread>

namespace pinpipe::ndjson {
namespace {

using stream::Flow;
using namespace std::chrono_literals;

constexpr size_t kBlockSizes[] = {1, 2, 3, 7, 4096, 1024 * 1024};

BlockOptions sized(size_t block_size, size_t max_line = BlockOptions().max_line) {
  BlockOptions options;
  options.block_size = block_size;
  options.max_line = max_line;
  return options;
}

BlockOptions lingering(int linger_ms) {
  BlockOptions options;
  options.linger_ms = linger_ms;
  return options;
}

class BlockReaderTest : public testing::Test {
 protected:
  BlockReaderTest() {
    folder_ = std::filesystem::temp_directory_path() / ("blocks-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder_);
  }
  ~BlockReaderTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, std::string_view bytes) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  std::filesystem::path folder_;
};

/// All that a reader gives: the text, and an error where it ends in one.
std::string read_all(BlockReader& reader) {
  std::string text;
  Block block;
  for (;;) {
    const auto flow = reader.next(block);
    if (!flow.ok()) return text + "error: " + flow.error().what;
    if (flow.value() == Flow::end) return text;
    if (block.overlong_bytes > 0) {
      text += "overlong " + std::to_string(block.overlong_bytes) + "\n";
    } else {
      text += block.text();
    }
  }
}

std::string read_all(std::vector<std::string> files, BlockOptions options) {
  BlockReader reader(std::move(files), options);
  return read_all(reader);
}

std::string random_lines(size_t count) {
  std::mt19937 random(3);
  std::string text;
  while (count-- > 0) {
    text += std::string(random() % 10 == 0 ? random() % 9000 : random() % 20, 'x');
    text += random() % 5 == 0 ? "\r\n" : "\n";
  }
  return text;
}

std::string zstd(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 1));
  return packed;
}

TEST_F(BlockReaderTest, GivesEqualBytesForAllBlockSizes) {
  const auto text = random_lines(500);
  const auto plain = file("plain", text);
  const auto packed = file("packed", zstd(text.substr(0, 1000)) + zstd(text.substr(1000)));
  for (const size_t size : kBlockSizes) {
    EXPECT_EQ(read_all({plain}, sized(size)), text) << size;
    EXPECT_EQ(read_all({packed, plain}, sized(size)), text + text) << size;
  }
}

TEST_F(BlockReaderTest, GivesWholeLinesOnly) {
  const auto path = file("a", random_lines(300) + "no newline");
  for (const size_t size : kBlockSizes) {
    BlockReader reader({path}, sized(size));
    Block block;
    std::string last;
    while (reader.next(block).value() == Flow::more) {
      if (block.idle && block.size == 0) continue;
      EXPECT_TRUE(last.empty() || last.ends_with('\n')) << size;
      last = block.text();
      EXPECT_FALSE(last.empty()) << size;
    }
    EXPECT_TRUE(last.ends_with("no newline")) << size;
  }
}

TEST_F(BlockReaderTest, NamesTheFileOfEachBlock) {
  BlockReader reader({file("a", "1\n"), file("empty", ""), file("b", "2")}, {});
  Block block;
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.file, folder_ / "a");
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.file, folder_ / "b");
  EXPECT_EQ(block.text(), "2");
  EXPECT_EQ(block.bytes_read, 3u);
  EXPECT_EQ(reader.next(block).value(), Flow::end);
}

TEST_F(BlockReaderTest, DropsOneByteOrderMarkPerFile) {
  const auto a = file("a", "\xEF\xBB\xBFx\n\xEF\xBB\xBFy\n");
  const auto b = file("b", "\xEF\xBB\xBF\xEF\xBB\xBFz\n");
  const auto alone = file("alone", "\xEF\xBB\xBF");
  for (const size_t size : kBlockSizes) {
    EXPECT_EQ(read_all({a, alone, b}, sized(size)), "x\n\xEF\xBB\xBFy\n\xEF\xBB\xBFz\n") << size;
  }
}

TEST_F(BlockReaderTest, SkipsOverlongLinesAndCountsTheirBytes) {
  const auto text = "a\n" + std::string(200'000, 'x') + "\nb\n" + std::string(101, 'y') +
                    "\r\nc\n" + std::string(5000, 'z');
  const auto path = file("a", text);
  for (const size_t size : {1, 64, 100, 4096}) {
    const auto got = read_all({path}, sized(size, 100));
    EXPECT_NE(got.find("a\noverlong 200000\nb\n"), got.npos) << size;
    EXPECT_TRUE(got.ends_with("c\noverlong 5000\n")) << size;
  }
}

TEST_F(BlockReaderTest, KeepsNoHalfCharactersOfAnOverlongLine) {
  std::string text = "x";
  while (text.size() < 200'000) text += "é";
  BlockReader reader({file("a", text)}, sized(BlockOptions().block_size, 100'000));
  Block block;
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.overlong_bytes, text.size());
  EXPECT_EQ(block.text(), text.substr(0, block.size));
  EXPECT_EQ(block.size % 2, 1u);
}

TEST_F(BlockReaderTest, GivesTheLinesBeforeAnError) {
  const auto packed = zstd(std::string(100'000, 'x') + "\nlast\n");
  const auto cut = file("cut", packed.substr(0, packed.size() - 1));
  const auto whole = file("whole", "first\n");
  const auto got = read_all({whole, cut}, {});
  EXPECT_TRUE(got.starts_with("first\n")) << got.substr(0, 100);
  EXPECT_TRUE(got.ends_with("truncated zstd data")) << got.substr(got.size() - 100);
  EXPECT_EQ(
      read_all({whole, folder_ / "none"}, {}),
      "first\nerror: cannot open '" + (folder_ / "none").string() + "': No such file or directory");
  EXPECT_EQ(read_all({folder_}, {}),
            "error: cannot read '" + folder_.string() + "': Is a directory");
}

// Long enough for the budget to be spent by one, so that the next has to wait for it.
std::string giants(int count) {
  std::string text;
  while (count-- > 0) text += std::string(BlockReader::kMaxExcess + 500'000, 'x') + "\n";
  return text;
}

TEST_F(BlockReaderTest, LetsOneGiantGrowAtATime) {
  BlockReader reader({file("a", "1\n" + giants(2))}, {});
  Block first;
  ASSERT_EQ(reader.next(first).value(), Flow::more);
  EXPECT_EQ(first.text(), "1\n");
  ASSERT_EQ(reader.next(first).value(), Flow::more);
  EXPECT_EQ(first.text().size(), BlockReader::kMaxExcess + 500'001);
  auto second = std::async(std::launch::async, [&] {
    Block block;
    EXPECT_EQ(reader.next(block).value(), Flow::more);
    return block.text().size();
  });
  EXPECT_EQ(second.wait_for(50ms), std::future_status::timeout);
  reader.give_back(first);
  EXPECT_EQ(first.bytes.capacity(), 0u);
  EXPECT_EQ(second.get(), BlockReader::kMaxExcess + 500'001);
}

TEST_F(BlockReaderTest, WakesWhoWaitsForAGiantWhenInterrupted) {
  BlockReader reader({file("a", giants(2))}, {});
  Block first;
  ASSERT_EQ(reader.next(first).value(), Flow::more);
  std::thread later([&] {
    std::this_thread::sleep_for(50ms);
    reader.interrupt();
  });
  Block second;
  EXPECT_TRUE(reader.next(second).ok());
  later.join();
}

class PipeReaderTest : public testing::Test {
 protected:
  PipeReaderTest() {
    if (pipe(fds_) != 0) ADD_FAILURE();
  }
  ~PipeReaderTest() override {
    close(fds_[0]);
    if (fds_[1] >= 0) close(fds_[1]);
  }

  std::string path() const { return "/proc/self/fd/" + std::to_string(fds_[0]); }
  void put(std::string_view bytes) const {
    ASSERT_EQ(write(fds_[1], bytes.data(), bytes.size()), ssize_t(bytes.size()));
  }
  void end() { close(std::exchange(fds_[1], -1)); }

  int fds_[2] = {-1, -1};
};

TEST_F(PipeReaderTest, LetsLinesGoAsSoonAsTheyCame) {
  BlockReader reader({path()}, {});
  Block block;
  put("a\nb\nhalf");
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.text(), "a\nb\n");
  EXPECT_TRUE(block.idle);
  put(" line\n");
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.text(), "half line\n");
  EXPECT_TRUE(block.idle);
  end();
  EXPECT_EQ(reader.next(block).value(), Flow::end);
}

TEST_F(PipeReaderTest, IsIdleBehindAFullBlockToo) {
  BlockReader reader({path()}, sized(4));
  Block block;
  put("abc\nd");
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.text(), "abc\n");
  if (!block.idle) {
    ASSERT_EQ(reader.next(block).value(), Flow::more) << "it waits, and told nobody";
    EXPECT_EQ(block.size, 0u);
  }
  EXPECT_TRUE(block.idle) << "reading on would block: what was written has to be flushed";
  put("ef\n");
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.text(), "def\n");
}

TEST_F(PipeReaderTest, IsNotIdleWhileMoreIsThere) {
  BlockReader reader({path()}, sized(4));
  Block block;
  put("abc\ndef\nghi\n");
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.text(), "abc\n");
  EXPECT_FALSE(block.idle);
}

TEST_F(PipeReaderTest, GivesEmptyBlocksUntilLinesHaveLingered) {
  BlockReader reader({path()}, lingering(40));
  Block block;
  put("a\nha");
  ASSERT_EQ(reader.next(block).value(), Flow::more);
  EXPECT_EQ(block.text(), "a\n");
  const auto start = std::chrono::steady_clock::now();
  std::thread later([&] {
    std::this_thread::sleep_for(300ms);
    put("lf\n");
  });
  auto last = start;
  int blocks = 0;
  for (;; ++blocks, last = std::chrono::steady_clock::now()) {
    ASSERT_EQ(reader.next(block).value(), Flow::more);
    if (block.size > 0) break;
    EXPECT_TRUE(block.idle);
  }
  later.join();
  EXPECT_EQ(block.text(), "half\n");
  EXPECT_GE(last - start, 40ms) << "the last look was too early";
  EXPECT_GE(blocks, 1);
  EXPECT_LE(blocks, 12) << "it woke though nothing could be waiting";
}

/// Whoever looked at the blocks too late, as one that could not write meanwhile, is told once that
/// nothing has to wait any more.
TEST_F(PipeReaderTest, SaysOnceThatLinesHaveLingeredHoweverLateItIsAsked) {
  BlockReader reader({path()}, lingering(5));
  Block block;
  for (const auto late : {0ms, 50ms}) {
    put("a\n");
    ASSERT_EQ(reader.next(block).value(), Flow::more);
    EXPECT_EQ(block.text(), "a\n");
    EXPECT_FALSE(block.rested);
    std::this_thread::sleep_for(late);
    std::thread later([&] {
      std::this_thread::sleep_for(200ms);
      put("b\n");
    });
    int rested = 0;
    for (;;) {
      ASSERT_EQ(reader.next(block).value(), Flow::more);
      if (block.size > 0) break;
      EXPECT_TRUE(block.idle);
      EXPECT_EQ(rested, 0) << "it woke though nothing could be waiting";
      rested += block.rested ? 1 : 0;
    }
    later.join();
    EXPECT_EQ(rested, 1);
    EXPECT_EQ(block.text(), "b\n");
  }
}

TEST_F(PipeReaderTest, WakesWhenInterrupted) {
  BlockReader reader({path()}, {});
  std::thread later([&] {
    std::this_thread::sleep_for(50ms);
    reader.interrupt();
  });
  Block block;
  EXPECT_EQ(reader.next(block).value(), Flow::end);
  later.join();
}

TEST_F(PipeReaderTest, StaysInterrupted) {
  BlockReader reader({path(), path()}, {});
  reader.interrupt();
  Block block;
  EXPECT_EQ(reader.next(block).value(), Flow::end);
}

}  // namespace
}  // namespace pinpipe::ndjson
