// Input and Output: files, pipes, zstd and gzip both ways.
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
#include "stream/push_decoder.h"

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

/// One member, as zlib makes it; `end` Z_SYNC_FLUSH leaves it open.
std::string gzip(std::string_view bytes, gz_header* header = nullptr, int level = 6,
                 int end = Z_FINISH) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  if (header != nullptr) {
    EXPECT_EQ(deflateSetHeader(&stream, header), Z_OK);
  }
  std::string packed(deflateBound(&stream, bytes.size()) + 1024, '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, end), end == Z_FINISH ? Z_STREAM_END : Z_OK);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// What a decoder makes of `packed`, given so many bytes at a time, and asked for so many; an
/// error's text, or that it is cut short, behind it.
std::string gunzip(std::string_view packed, size_t in_step, size_t out_step) {
  GzipDecoder decoder;
  std::string text;
  std::string part(out_step, '\0');
  for (;;) {
    std::string_view in = packed.substr(0, in_step);
    packed.remove_prefix(in.size());
    for (size_t made = 1; made > 0 || !in.empty();) {
      auto result = decoder.decode(in, part.data(), out_step);
      if (!result.ok()) return text + "error: " + result.error().what;
      made = *result;
      text.append(part, 0, made);
    }
    if (packed.empty()) return decoder.at_frame_end() ? text : text + "error: cut short";
  }
}

/// What zlib makes of one member as far as it is sound, up to a megabyte.
std::string gunzip_by_zlib(std::string_view packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  std::string text(1 << 20, '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  inflate(&stream, Z_NO_FLUSH);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

std::string inflated(std::string packed, size_t size) {
  std::string text(size + 1, '\0');
  z_stream stream{};
  inflateInit2(&stream, 16 + MAX_WBITS);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const bool ended = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
  text.resize(text.size() - stream.avail_out);
  inflateEnd(&stream);
  return ended ? text : "(corrupt)";
}

/// What comes out of bytes that are pushed in steps, or an error's text behind it.
std::string pushed(std::string_view packed, size_t step) {
  std::string got;
  PushDecoder decoder([&](std::string_view bytes) {
    got += bytes;
    return Status();
  });
  Status status;
  for (; status.ok() && !packed.empty(); packed.remove_prefix(std::min(step, packed.size()))) {
    status = decoder.push(packed.substr(0, step));
  }
  if (status.ok()) status = decoder.end();
  return status.ok() ? got : got + "|" + status.error().what;
}

TEST_F(FilesTest, UnpacksWhatIsPushed) {
  std::string large;
  while (large.size() < 1'000'000) large += std::to_string(large.size() * 7919) + ",";
  for (const size_t step : {size_t{1}, size_t{3}, size_t{100'000}, size_t{8} << 20}) {
    EXPECT_EQ(pushed(gzip(large) + gzip("b"), step), large + "b") << step;
    EXPECT_EQ(pushed("", step), "");
    EXPECT_EQ(pushed("\x28\xB5", step), "\x28\xB5");
    EXPECT_EQ(pushed("plain text", step), "plain text");
    const auto cut = gzip("some text, some text");
    EXPECT_TRUE(pushed(cut.substr(0, cut.size() - 5), step).ends_with("|truncated gzip data"))
        << step;
    EXPECT_NE(pushed(cut.substr(0, cut.size() - 1) + "x", step).find("|corrupt gzip data"),
              std::string::npos);
    ZstdEncoder encoder(3, 1);
    auto packed = encoder.encode(large, ZSTD_e_end);
    ASSERT_TRUE(packed.ok());
    EXPECT_EQ(pushed(*packed, step), large);
    EXPECT_TRUE(
        pushed(packed->substr(0, packed->size() - 9), step).ends_with("|truncated zstd data"));
  }
}

TEST_F(FilesTest, WritesGzipThatZlibReads) {
  std::string text;
  for (const size_t size : {size_t{0}, size_t{1}, size_t{100}, size_t{65536}, size_t{1'000'000}}) {
    while (text.size() < size) text += std::to_string(text.size() * 7919) + ",";
    text.resize(size);
    for (const size_t piece : {size_t{1} << 20, size_t{4096}, size_t{7}}) {
      if (size / piece > 100'000) continue;
      GzipEncoder encoder;
      std::string packed;
      for (size_t at = 0; at < size; at += piece)
        packed += encoder.encode(text.substr(at, piece), false);
      packed += encoder.encode({}, true);
      EXPECT_EQ(inflated(packed, size), text) << size << " by " << piece;
      EXPECT_TRUE(size < 100 || packed.size() < size) << packed.size();
    }
  }
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

std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i * 7919) + (i % 10 == 0 ? "\n" : ",");
  return text;
}

TEST_F(FilesTest, ReadsGzipInPiecesOfAnySize) {
  const auto large = numbers(20'000);
  for (const int level : {0, 1, 6, 9}) {
    const auto packed = gzip("a") + gzip(large, nullptr, level) + gzip("") + gzip("b");
    for (const size_t in_step : {100, 10'000, 1 << 20}) {
      for (const size_t out_step : {1000, 1 << 20}) {
        EXPECT_TRUE(gunzip(packed, in_step, out_step) == "a" + large + "b")
            << level << " " << in_step << " " << out_step;
      }
    }
  }
}

TEST_F(FilesTest, ReadsAllFieldsOfAGzipHeader) {
  std::string extra(300, 'e');
  std::string name = "posts.ndjson";
  std::string comment = "of a day";
  for (int fields = 0; fields < 16; ++fields) {
    gz_header header{};
    if ((fields & 1) != 0) {
      header.extra = reinterpret_cast<Bytef*>(extra.data());
      header.extra_len = static_cast<uInt>(extra.size());
    }
    if ((fields & 2) != 0) header.name = reinterpret_cast<Bytef*>(name.data());
    if ((fields & 4) != 0) header.comment = reinterpret_cast<Bytef*>(comment.data());
    header.hcrc = (fields & 8) != 0 ? 1 : 0;
    auto packed = gzip("text", &header);
    packed += packed;
    for (size_t in_step = 1; in_step < packed.size(); in_step += 1 + in_step / 20) {
      EXPECT_EQ(gunzip(packed, in_step, 100), "texttext") << fields << " " << in_step;
    }
    if (header.hcrc == 0) continue;
    packed[4] ^= 1;  // the time
    for (const size_t in_step : {1, 5, 10'000}) {
      EXPECT_EQ(gunzip(packed, in_step, 100),
                "error: corrupt gzip data: incorrect checksum of the header");
    }
  }
}

TEST_F(FilesTest, TellsWhatIsWrongWithAGzipHeader) {
  const auto packed = gzip("text");
  auto other = packed;
  other[2] = 7;
  EXPECT_EQ(gunzip(packed + other, 1, 9),
            "texterror: corrupt gzip data: unknown compression method");
  other = packed;
  other[3] = '\x20';
  EXPECT_EQ(gunzip(other, 1, 9), "error: corrupt gzip data: unknown header flags");
  EXPECT_EQ(gunzip("text", 9, 9), "error: corrupt gzip data: incorrect header");
  EXPECT_EQ(gunzip(packed + "\x1F", 1, 9), "texterror: cut short");
  EXPECT_EQ(gunzip(packed + "\x1F!", 1, 9), "texterror: gzip data with something else behind it");
}

/// All but two characters: ISA-L takes up to three at a time, where there are bits for all of them.
TEST_F(FilesTest, GivesWhatIsBeforeACutInGzip) {
  const auto packed = gzip(numbers(2000));
  for (size_t size = 20; size < packed.size(); size += 7) {
    const auto cut = packed.substr(0, size);
    const auto expected = gunzip_by_zlib(cut);
    for (const size_t in_step : {100, 1 << 20}) {
      auto got = gunzip(cut, in_step, 1000);
      ASSERT_TRUE(got.ends_with("error: cut short")) << size;
      got.resize(got.size() - std::string_view("error: cut short").size());
      EXPECT_TRUE(expected.starts_with(got)) << size;
      EXPECT_LE(expected.size() - got.size(), 2) << size;
    }
  }
}

TEST_F(FilesTest, GivesAllThatAFlushedGzipHas) {
  const auto text = numbers(300);
  for (const int level : {0, 1, 6}) {
    const auto packed = gzip(text, nullptr, level, Z_SYNC_FLUSH);
    for (const size_t in_step : {1, 1 << 20}) {
      EXPECT_EQ(gunzip(packed, in_step, 100), text + "error: cut short");
    }
  }
}

/// How much comes before damage does not depend on the reads, and is what zlib gives of it.
TEST_F(FilesTest, GivesTheSameBeforeDamageInPiecesOfAnySize) {
  const auto packed = gzip(numbers(20'000));
  for (size_t at = 20; at < packed.size(); at += packed.size() / 25) {
    auto damaged = packed;
    damaged[at] ^= 0x55;
    damaged[std::min(at + 3, packed.size() - 1)] ^= 0x2A;
    const auto whole = gunzip(damaged, damaged.size(), 1 << 20);
    const auto end = whole.find("error: ");
    ASSERT_NE(end, whole.npos) << at;
    EXPECT_TRUE(whole.substr(0, end) == gunzip_by_zlib(damaged)) << at;
    for (const size_t in_step : {997, 1 << 20}) {
      for (const size_t out_step : {100, 70'000}) {
        EXPECT_TRUE(gunzip(damaged, in_step, out_step) == whole)
            << at << " " << in_step << " " << out_step;
      }
    }
  }
}

TEST_F(FilesTest, GuessesGzipByItsFirstBytes) {
  EXPECT_FALSE(looks_like_gzip("").certain);
  EXPECT_TRUE(looks_like_gzip("{").certain);
  EXPECT_FALSE(looks_like_gzip("\x1F\x8B").certain);
  EXPECT_TRUE(looks_like_gzip("\x1F\x8B\x08").is_format);
  EXPECT_FALSE(looks_like_gzip("\x1F\x8B\x09").is_format);
}

TEST_F(FilesTest, KnowsHowMuchWasRead) {
  auto input = Input::open(file("a", zstd(std::string(10'000, 'x'))));
  ASSERT_TRUE(input.ok());
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
