#include "kafka/folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace pinpipe::kafka {
namespace {

namespace fs = std::filesystem;

/// What the machine has taken of `path`, a file or the names in a folder, outlives a power cut.
Status sync(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error("open", path, errno);
  const int failure = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return failure == 0 ? Status() : Status(system_error("sync", path, failure));
}

}  // namespace

Result<std::unique_ptr<Store>> Folder::open(const std::string& folder, const std::string& id) {
  auto work = TRY(WorkFolder::open(folder + "/.sink-topics-" + id));
  return std::unique_ptr<Store>(new Folder(folder, std::move(work)));
}

Folder::Folder(std::string folder, WorkFolder work)
    : folder_(std::move(folder)), work_(std::move(work)) {}

Status Folder::list(const std::string& topic,
                    const std::function<void(std::string_view path)>& found) {
  const fs::path top = folder_ + "/" + topic_folder(topic);
  std::error_code error;
  if (!fs::exists(top, error)) {
    return error ? Status(system_error("read", top, error.value())) : Status();
  }
  for (fs::recursive_directory_iterator entry(top, error), end; !error && entry != end;
       entry.increment(error)) {
    found(entry->path().native().substr(folder_.size() + 1));
  }
  return error ? Status(system_error("read", top, error.value())) : Status();
}

Result<std::string> Folder::fetch(const std::string& path) { return folder_ + "/" + path; }

Status Folder::put(const std::vector<FinishedObject>& objects, const Put& put) {
  for (const auto& object : objects) {
    TRY(put_one(object));
    TRY(put(object));
  }
  return {};
}

// Synced before it has its name, and named before the next one is: what a power cut leaves are
// whole objects, without one missing in between.
Status Folder::put_one(const FinishedObject& object) const {
  const fs::path to = folder_ + "/" + object.path;
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (error) return system_error("make", to.parent_path(), error.value());
  TRY(sync(object.file));
  if (std::rename(object.file.c_str(), to.c_str()) != 0) return system_error("write", to, errno);
  return sync(to.parent_path());
}

}  // namespace pinpipe::kafka
