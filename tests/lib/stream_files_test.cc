// Input and Output: files, pipes, zstd both ways, gzip in.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "stream/compression.h"
#include "stream/input.h"
#include "stream/output.h"

namespace pinpipe::stream {
namespace {

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    folder_ = std::filesystem::temp_directory_path() / ("files-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder_);
  }
  ~FilesTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ / name; }
  std::string file(const std::string& name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  std::string bytes_of(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path(name), std::ios::binary).rdbuf();
    return text.str();
  }
  size_t count_files() const {
    const std::filesystem::directory_iterator files(folder_);
    return size_t(std::distance(begin(files), end(files)));
  }

  std::filesystem::path folder_;
};

/// All bytes of `path`, read `most` at a time; an error's text behind them.
std::string read_all(const std::string& path, size_t most = 4096) {
  auto input = Input::open(path);
  if (!input.ok()) return "error: " + input.error().what;
  std::string text;
  std::string part(most, '\0');
  for (;;) {
    const auto read = input->read(part.data(), most, -1);
    if (!read.ok()) return text + "error: " + read.error().what;
    if (read.value().got == Input::Got::end) return text;
    text.append(part, 0, read.value().size);
  }
}

std::string zstd(std::string_view bytes, int level = 3) {
  ZstdEncoder encoder(level, 1);
  return std::string(encoder.encode(bytes, ZSTD_e_end).value());
}

const std::string kSkippable(
    "\x50\x2A\x4D\x18\x03\x00\x00\x00"
    "abc",
    11);

TEST_F(FilesTest, ReadsPlainBytesOfAnySize) {
  for (const std::string text :
       {"", "x", "\x28", "\x28\xB5", "\x28\xB5\x2F", "Pxy", "abcd", "abcde"}) {
    for (const size_t most : {1, 3, 4096}) EXPECT_EQ(read_all(file("a", text), most), text);
  }
}

TEST_F(FilesTest, ReadsFramesOneBehindTheOther) {
  std::string large;
  for (int i = 0; i < 100'000; ++i) large += std::to_string(i) + "\n";
  const auto packed = kSkippable + zstd("a") + zstd("") + zstd(large, 1) + kSkippable + zstd("b");
  for (const size_t most : {1000, 1'000'000}) {
    EXPECT_EQ(read_all(file("a", packed), most), "a" + large + "b");
  }
  EXPECT_EQ(read_all(file("b", zstd("a") + zstd("bc")), 1), "abc");
  EXPECT_EQ(read_all(file("c", kSkippable)), "");
}

TEST_F(FilesTest, TellsTruncatedAndCorruptZstd) {
  const auto packed = zstd("some text, some text, some text");
  for (size_t size = 4; size < packed.size(); ++size) {
    const auto got = read_all(file("a", packed.substr(0, size)));
    EXPECT_TRUE(got.ends_with("truncated zstd data")) << size << " " << got;
  }
  for (const auto& bad : {packed + "text", packed + packed.substr(0, 7), packed + '\0'}) {
    EXPECT_NE(read_all(file("a", bad)).find("error: cannot read"), std::string::npos);
  }
  auto flipped = packed;
  flipped.back() ^= 1;  // of the checksum
  EXPECT_NE(read_all(file("a", flipped)).find("corrupt zstd data"), std::string::npos);
}

TEST_F(FilesTest, GuessesZstdByItsFirstBytes) {
  EXPECT_FALSE(looks_like_zstd("").certain);
  EXPECT_TRUE(looks_like_zstd("{").certain);
  EXPECT_FALSE(looks_like_zstd("{").is_format);
  EXPECT_FALSE(looks_like_zstd("\x28\xB5").certain);
  EXPECT_TRUE(looks_like_zstd("\x28\xB5\x2F\xFD").is_format);
  EXPECT_FALSE(looks_like_zstd("\x28\xB5\x2F\xFE").is_format);
  EXPECT_FALSE(looks_like_zstd("_").certain);
  EXPECT_TRUE(looks_like_zstd("_\x2A\x4D\x18").is_format);
  EXPECT_TRUE(looks_like_zstd("Pa").certain);
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST_F(FilesTest, ReadsGzipMembersOneBehindTheOther) {
  std::string large;
  for (int i = 0; i < 100'000; ++i) large += std::to_string(i) + "\n";
  const auto packed = gzip("a") + gzip("") + gzip(large) + gzip("b") + std::string(512, '\0');
  for (const size_t most : {1000, 1'000'000}) {
    EXPECT_EQ(read_all(file("a", packed), most), "a" + large + "b");
  }
  EXPECT_EQ(read_all(file("b", gzip("a") + gzip("bc")), 1), "abc");
  EXPECT_EQ(read_all(file("c", gzip(""))), "");
}

TEST_F(FilesTest, TellsTruncatedAndCorruptGzip) {
  const auto packed = gzip("some text, some text, some text");
  for (size_t size = 3; size < packed.size(); ++size) {
    const auto got = read_all(file("a", packed.substr(0, size)));
    EXPECT_TRUE(got.ends_with("truncated gzip data")) << size << " " << got;
  }
  EXPECT_TRUE(read_all(file("a", packed + packed.substr(0, 9))).ends_with("truncated gzip data"));
  for (const auto& other : {std::string("text"), std::string("t"), zstd("text")}) {
    for (const size_t most : {1, 1000}) {
      EXPECT_TRUE(read_all(file("a", packed + other), most).ends_with("behind it")) << most;
      EXPECT_TRUE(read_all(file("a", zstd("x") + packed), most).ends_with("behind it")) << most;
    }
  }
  auto flipped = packed;
  flipped[packed.size() - 8] ^= 1;  // of the checksum
  EXPECT_NE(read_all(file("a", flipped)).find("corrupt gzip data"), std::string::npos);
  flipped = packed;
  flipped.back() ^= 1;  // of the length
  EXPECT_NE(read_all(file("a", flipped)).find("corrupt gzip data"), std::string::npos);
}

TEST_F(FilesTest, GuessesGzipByItsFirstBytes) {
  EXPECT_FALSE(looks_like_gzip("").certain);
  EXPECT_TRUE(looks_like_gzip("{").certain);
  EXPECT_FALSE(looks_like_gzip("\x1F\x8B").certain);
  EXPECT_TRUE(looks_like_gzip("\x1F\x8B\x08").is_format);
  EXPECT_FALSE(looks_like_gzip("\x1F\x8B\x09").is_format);
}

TEST_F(FilesTest, KnowsSizesAndWhatWasRead) {
  auto input = Input::open(file("a", zstd(std::string(10'000, 'x'))));
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(input->size_on_disk(), std::filesystem::file_size(path("a")));
  std::string part(20'000, '\0');
  while (input->read(part.data(), part.size(), -1).value().got != Input::Got::end) {
  }
  EXPECT_EQ(input->bytes_read(), std::filesystem::file_size(path("a")));
}

TEST_F(FilesTest, TellsThatAPipeHasNothingYet) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  auto input = Input::open("/proc/self/fd/" + std::to_string(fds[0]));
  ASSERT_TRUE(input.ok());
  char part[100];
  EXPECT_FALSE(input->size_on_disk());
  EXPECT_EQ(input->read(part, 100, 0)->got, Input::Got::nothing_yet);
  ASSERT_EQ(write(fds[1], "\x28\xB5", 2), 2);
  EXPECT_EQ(input->read(part, 100, 0)->got, Input::Got::nothing_yet) << "it may be zstd";
  ASSERT_EQ(write(fds[1], "x", 1), 1);
  const auto read = input->read(part, 100, 0);
  EXPECT_EQ(std::string_view(part, read.value().size), "\x28\xB5x");
  input->interrupt();
  EXPECT_EQ(input->read(part, 100, -1)->got, Input::Got::end);
  close(fds[0]);
  close(fds[1]);
}

TEST_F(FilesTest, NamesAFileOnlyWhenItIsWhole) {
  {
    auto output = Output::open({path("out"), {}});
    ASSERT_TRUE(output.ok());
    ASSERT_TRUE(output->write("text", true).ok());
    EXPECT_FALSE(std::filesystem::exists(path("out")));
    EXPECT_EQ(count_files(), 1u);
    ASSERT_TRUE(output->commit().ok());
    EXPECT_EQ(bytes_of("out"), "text");
  }
  EXPECT_EQ(count_files(), 1u);
}

TEST_F(FilesTest, RemovesAFileThatIsNotCommitted) {
  file("out", "old");
  {
    auto output = Output::open({path("out"), {}});
    ASSERT_TRUE(output->write("new", true).ok());
    auto moved = std::move(output.value());
    EXPECT_EQ(count_files(), 2u);
  }
  EXPECT_EQ(count_files(), 1u);
  EXPECT_EQ(bytes_of("out"), "old");
}

TEST_F(FilesTest, RemovesTemporaryFilesOnDemand) {
  auto a = Output::open({path("a"), {}});
  auto b = Output::open({path("b"), {}});
  ASSERT_TRUE(a->commit().ok());
  EXPECT_EQ(count_files(), 2u);
  remove_hidden_files();
  EXPECT_EQ(count_files(), 1u);
  EXPECT_TRUE(std::filesystem::exists(path("a")));
}

TEST_F(FilesTest, CompressesByNameOrByLevel) {
  for (const OutputOptions& options :
       {OutputOptions{path("a.zst"), {}}, OutputOptions{path("a"), 19},
        OutputOptions{path("b.zst"), 1}}) {
    auto output = Output::open(options);
    ASSERT_TRUE(output->write("some ", false).ok());
    ASSERT_TRUE(output->write("text", false).ok());
    ASSERT_TRUE(output->commit().ok());
    EXPECT_TRUE(
        bytes_of(std::filesystem::path(options.path).filename()).starts_with("\x28\xB5\x2F\xFD"));
    EXPECT_EQ(read_all(options.path), "some text");
  }
}

TEST_F(FilesTest, FlushesSoThatTheOtherEndCanRead) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  const int fd = open(path("pipe").c_str(), O_RDWR | O_NONBLOCK);
  auto output = Output::open({path("pipe"), 3});
  ASSERT_TRUE(output.ok());
  char packed[1000];
  ASSERT_TRUE(output->write("held back", false).ok());
  ASSERT_TRUE(output->write(", and gone", true).ok());
  const ssize_t size = read(fd, packed, sizeof packed);
  ASSERT_GT(size, 0);
  ZstdDecoder decoder;
  std::string_view in(packed, size_t(size));
  char text[100];
  EXPECT_EQ(std::string_view(text, decoder.decode(in, text, 100).value()), "held back, and gone");
  EXPECT_FALSE(decoder.at_frame_end());
  close(fd);
}

TEST_F(FilesTest, SaysWhatCannotBeOpenedOrWritten) {
  EXPECT_EQ(read_all(path("none")),
            "error: cannot open '" + path("none") + "': No such file or directory");
  EXPECT_EQ(Output::open({path("no/folder"), {}}).error().what,
            "cannot write '" + path("no/folder") + "': No such file or directory");
  auto full = Output::open({"/dev/full", {}});
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(full->write("x", false).error().what,
            "cannot write '/dev/full': No space left on device");
  auto packed = Output::open({"/dev/full", 3});
  ASSERT_TRUE(packed->write("x", false).ok());
  EXPECT_FALSE(packed->commit().ok());
}

}  // namespace
}  // namespace pinpipe::stream
