#include "kafka/object_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

#include "stream/input.h"
#include "stream/output.h"

namespace pinpipe::kafka {
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
  char* line = lines_unwritten_.room(value.size() + 1);
  std::replace_copy(value.begin(), value.end(), line, '\n', ' ');
  line[value.size()] = '\n';
  lines_unwritten_.grew(value.size() + 1);
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
