#include "kafka/object_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <vector>

#include "kafka/value_line.h"
#include "stream/input.h"
#include "stream/output.h"

namespace pinpipe::kafka {
namespace {

template <class Number>
std::optional<Number> leading_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && number >= 0 ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string ObjectName::file() const {
  return fmt::format("{}+{}+{:010}.json{}", topic, partition, offset, zstd ? ".zst" : "");
}

std::string ObjectName::path() const {
  return fmt::format("{}partition={}/{}", topic_folder(topic), partition, file());
}

std::string topic_folder(std::string_view topic) { return fmt::format("topics/{}/", topic); }

std::optional<ObjectName> parse_object_path(std::string_view topic, std::string_view path) {
  static constexpr std::string_view kPartition = "partition=";
  const std::string folder = topic_folder(topic) + std::string(kPartition);
  const size_t before_offset = path.rfind('+');
  if (!path.starts_with(folder) || before_offset == path.npos) return std::nullopt;
  const auto partition = leading_number<int32_t>(path.substr(folder.size()));
  const auto offset = leading_number<int64_t>(path.substr(before_offset + 1));
  if (!partition || !offset) return std::nullopt;
  ObjectName name{std::string(topic), *partition, *offset, path.ends_with(".zst")};
  // What was read leniently is it only if it is written the same.
  return name.path() == path ? std::optional(std::move(name)) : std::nullopt;
}

// ---- object writer
// --------------------------------------------------------------------------------

namespace {

constexpr size_t kSpill = 64 * 1024;

Status append_to(const std::string& file, std::string_view bytes, bool first) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (first ? O_TRUNC : O_APPEND),
                        0666);  // less what umask says, as any file
  if (fd < 0) return system_error("write", file, errno);
  auto status = stream::write_all(fd, bytes, file);
  if (close(fd) != 0 && status.ok()) status = system_error("write", file, errno);
  return status;
}

}  // namespace

ObjectWriter::ObjectWriter(std::string topic, int32_t partition, std::string work,
                           std::optional<int> zstd)
    : work_(std::move(work)), zstd_(zstd) {
  name_ = {std::move(topic), partition, 0, zstd.has_value()};
  growing_ = work_ + "/" + name_.topic + "+" + std::to_string(partition);
}

Status ObjectWriter::add(int64_t offset, std::string_view value) {
  if (empty()) {
    name_.offset = offset;
    since_ = Clock::now();
    TRY(append_to(growing_, {}, true));
  }
  append_line(value, lines_unwritten_);
  ++lines_;
  return lines_unwritten_.size() < kSpill ? Status() : spill();
}

Status ObjectWriter::spill() {
  auto status = append_to(growing_, lines_unwritten_.view(), false);
  lines_unwritten_.clear();
  lines_unwritten_.shrink(2 * kSpill);  // one long value must not be paid for ever
  return status;
}

Result<FinishedObject> ObjectWriter::finish() {
  TRY(spill());
  FinishedObject object{work_ + "/" + name_.file(), name_.path()};
  lines_ = 0;
  if (zstd_) {
    TRY(compress(object.file));
    unlink(growing_.c_str());
    return object;
  }
  if (std::rename(growing_.c_str(), object.file.c_str()) != 0)
    return system_error("write", object.file, errno);
  return object;
}

Status ObjectWriter::compress(const std::string& to) const {
  auto input = TRY(stream::Input::open(growing_));
  auto output = TRY(stream::Output::open({to, zstd_}));
  std::vector<char> block(kSpill);
  for (;;) {
    auto read = TRY(input.read(block.data(), block.size(), -1));
    if (read.got == stream::Input::Got::end) return output.commit();
    TRY(output.write({block.data(), read.size}, false));
  }
}

}  // namespace pinpipe::kafka
