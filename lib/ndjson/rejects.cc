#include "ndjson/rejects.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/base64.h"
#include "base/buffer.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "ndjson/findings.h"
#include "stream/file_id.h"
#include "stream/output.h"

namespace pinpipe::ndjson {
namespace {

constexpr size_t kWrittenAtOnce = 64 * 1024;

/// To a Buffer, which grows where it is: a giant line may be six times as long with its escapes.
void append_json_line(const std::string& tool, const std::string& file, uint64_t line,
                      const Reject& reject, Buffer& to) {
  json::Writer writer(to);
  writer.begin_object();
  writer.member("tool", tool);
  writer.member("file", json::is_utf8(file) ? file : "?");
  writer.member("line", reject.value_line > 0 ? reject.value_line : line);
  if (reject.value_line > 0) writer.member("value", line);
  writer.member("reason", json::is_utf8(reject.reason) ? reject.reason : "?");
  if (json::is_utf8(reject.raw)) {
    writer.member("raw", reject.raw);
  } else {
    writer.key("raw_base64");
    writer.value_by([&](Buffer& bytes) {
      bytes.append('"');
      append_base64(reject.raw, bytes);
      bytes.append('"');
    });
  }
  if (reject.cut_from > 0) writer.member("raw_cut_from", reject.cut_from);
  writer.end_object();
  to.append('\n');
}

}  // namespace

RejectLog::RejectLog(std::string tool, std::function<void(const std::string&)> log)
    : tool_(std::move(tool)), log_(std::move(log)) {}

RejectLog::~RejectLog() {
  if (fd_ >= 0 && fd_ != new_file_.fd()) close(fd_);
}

Status RejectLog::keep_in(const std::string& path, Keep keep) {
  path_ = path;
  if (path == "-") {
    return Error{"rejects go to a file, not to standard output, where the records are",
                 "name a FILE, or /dev/stderr"};
  }
  if (path.ends_with(".zst") || path.ends_with(".gz")) {
    return Error{
        "cannot write '" + path + "': rejects are not compressed, so that each is there at once",
        "name it without the ending"};
  }
  return open_kept(path, keep);
}

Status RejectLog::open_kept(const std::string& path, Keep keep) {
  const auto target = TRY(stream::find_target(path));
  const auto id = stream::identify(path);
  if (target.descriptor >= 0) {
    fd_ = fcntl(target.descriptor, F_DUPFD_CLOEXEC, 3);
  } else if (keep == Keep::append || (id && !id->is_regular())) {
    fd_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  } else {
    auto file = stream::NewFile::create(path, stream::NewFile::Sharing::exclusive);
    if (!file.ok()) {
      auto error = file.error();
      if (!error.hint.empty()) error.hint += ", or let them share it: --rejects-append";
      return error;
    }
    new_file_ = std::move(*file);
    fd_ = new_file_.fd();
  }
  return fd_ < 0 ? system_error("write", path, errno) : Status();
}

Status RejectLog::add(const std::string& file, size_t file_number, uint64_t lines,
                      const std::vector<Reject>& rejects) {
  if (file_number != file_number_) {
    file_number_ = file_number;
    lines_before_ = 0;
  }
  Buffer kept;
  for (const auto& reject : rejects) {
    const uint64_t line = lines_before_ + reject.line;
    if (++count_ <= kMaxLogged) {
      log_(tool_ + ": " + place_text(file, line, reject.value_line) + ": " + reject.reason);
    } else {
      unlogged_.add(reject.reason);
    }
    if (fd_ < 0) continue;
    append_json_line(tool_, file, line, reject, kept);
    if (kept.size() < kWrittenAtOnce) continue;
    TRY(keep(kept.view()));
    kept.clear();
  }
  lines_before_ += lines;
  return kept.empty() ? Status() : keep(kept.view());
}

/// Whole lines by one call, under a lock where others append too. Where not all fit the disk, those
/// stay that do.
Status RejectLog::keep(std::string_view lines) {
  const bool shared = new_file_.fd() < 0;
  if (shared) flock(fd_, LOCK_EX);
  const auto id = stream::identify(fd_);
  const off_t before = id && id->is_regular() ? lseek(fd_, 0, SEEK_END) : -1;
  auto status = stream::write_all(fd_, lines, path_);
  if (!status.ok() && before >= 0) {
    const auto written = lines.substr(0, static_cast<size_t>(lseek(fd_, 0, SEEK_END) - before));
    const auto whole = static_cast<off_t>(written.rfind('\n') + 1);  // 0 without
    if (ftruncate(fd_, before + whole) != 0) status = system_error("write", path_, errno);
  }
  if (shared) flock(fd_, LOCK_UN);
  if (auto published = publish(); status.ok()) status = published;
  return status;
}

Status RejectLog::publish() { return new_file_.is_hidden() ? new_file_.publish() : Status(); }

void RejectLog::refuse(const Error& why) {
  if (!refused_.ok()) {
    log_(tool_ + ": error: " + refused_.error().what);
    if (!refused_.error().hint.empty()) log_("hint: " + refused_.error().hint);
  }
  refused_ = why;
}

Status RejectLog::finish(bool good) {
  if (count_ > kMaxLogged) {
    log_(tool_ + ": and " + std::to_string(count_ - kMaxLogged) + " more lines rejected, " +
         std::to_string(count_) + " in all, most: " + unlogged_.most() +
         (fd_ < 0 ? "; --rejects FILE keeps them" : "; see '" + path_ + "'"));
  }
  TRY(good && fd_ >= 0 ? publish() : Status());
  const int fd = std::exchange(fd_, -1);
  if (fd >= 0 && fd != new_file_.fd() && close(fd) != 0) return system_error("write", path_, errno);
  return {};
}

}  // namespace pinpipe::ndjson
