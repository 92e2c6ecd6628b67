#include "kafka/object_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include "kafka/value_line.h"
#include "stream/compression.h"
#include "stream/output.h"

namespace pinpipe::kafka {
namespace {

constexpr size_t kSpill = 64 * 1024;

using Take = std::function<Status(std::string_view bytes)>;

/// As it is: a value may be compressed.
Status each_block(const std::string& file, const Take& take) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return system_error("open", file, errno);
  std::vector<char> block(kSpill);
  while (stream) {
    stream.read(block.data(), static_cast<std::streamsize>(block.size()));
    TRY(take({block.data(), static_cast<size_t>(stream.gcount())}));
  }
  return stream.bad() ? Status(system_error("read", file, EIO)) : Status();
}

Status compress_by_zstd(const std::string& from, const std::string& to, int level) {
  auto output = TRY(stream::Output::open({to, level}));
  TRY(each_block(from, [&](std::string_view bytes) { return output.write(bytes, false); }));
  return output.commit();
}

Status compress_by_gzip(const std::string& from, const std::string& to) {
  stream::GzipEncoder encoder;
  TRY(write_file(to, {}, true));
  TRY(each_block(from, [&](std::string_view bytes) {
    return write_file(to, encoder.encode(bytes, false), false);
  }));
  return write_file(to, encoder.encode({}, true), false);
}

}  // namespace

Status write_file(const std::string& file, std::string_view bytes, bool is_new) {
  const int fd =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (is_new ? O_TRUNC : O_APPEND),
             0666);  // less what umask says, as any file
  if (fd < 0) return system_error("write", file, errno);
  auto status = stream::write_all(fd, bytes, file);
  if (close(fd) != 0 && status.ok()) status = system_error("write", file, errno);
  return status;
}

ObjectWriter::ObjectWriter(ObjectName name, std::string work, const ObjectFormat& format)
    : name_(std::move(name)), work_(std::move(work)), format_(&format) {
  growing_ = work_ + "/" + name_.topic + "+" + std::to_string(name_.partition) + "+" +
             std::to_string(name_.offset);
}

Status ObjectWriter::add(std::string_view value) {
  if (format_->separator) {
    unwritten_.append(value);
    unwritten_.append(*format_->separator);
  } else {
    append_line(value, unwritten_);
  }
  return unwritten_.size() < kSpill ? Status() : spill();
}

Status ObjectWriter::spill() {
  auto status = write_file(growing_, unwritten_.view(), std::exchange(is_new_, false));
  unwritten_.clear();
  unwritten_.shrink(0);  // of objects, there may be thousands
  return status;
}

Result<FinishedObject> ObjectWriter::finish() {
  TRY(spill());
  FinishedObject object{work_ + "/" + format_->layout.file(name_), format_->layout.path(name_),
                        name_.topic + "/" + std::to_string(name_.partition)};
  if (format_->layout.compression != Compression::none) {
    TRY(compress(object.file));
    unlink(growing_.c_str());
    return object;
  }
  if (std::rename(growing_.c_str(), object.file.c_str()) != 0)
    return system_error("write", object.file, errno);
  return object;
}

Status ObjectWriter::compress(const std::string& to) const {
  return format_->layout.compression == Compression::zstd
             ? compress_by_zstd(growing_, to, format_->zstd_level)
             : compress_by_gzip(growing_, to);
}

}  // namespace pinpipe::kafka
