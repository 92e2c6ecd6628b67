#include "work_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace pinpipe {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLock = "lock";

/// A folder in /tmp may be somebody's trap: it must be ours, and no link.
Status make_mine(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_error("make", path, errno);
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) return system_error("read", path, errno);
  if (S_ISDIR(info.st_mode) && info.st_uid == geteuid()) return {};
  return Error{"'" + path + "' belongs to somebody else",
               "set TMPDIR to a folder of your own, or remove it"};
}

Status make_all(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  return error ? Status(system_error("make", path, error.value())) : Status();
}

Status clear(const std::string& path) {
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename() != kLock) fs::remove_all(entry->path(), error);
    if (error) break;
  }
  return error ? Status(system_error("clear", path, error.value())) : Status();
}

}  // namespace

Result<WorkFolder> WorkFolder::open(const std::string& path, bool only_mine) {
  if (auto status = only_mine ? make_mine(path) : make_all(path); !status.ok())
    return status.error();
  const std::string lock = path + "/" + kLock;
  WorkFolder folder(path, ::open(lock.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  if (folder.lock_fd_ < 0) return system_error("write", lock, errno);
  if (flock(folder.lock_fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_error("lock", lock, errno);
    return Error{"another sink-topics of this ID writes there",
                 "end that one first, or write somewhere else"};
  }
  if (auto status = clear(path); !status.ok()) return status.error();
  return folder;
}

WorkFolder::WorkFolder(std::string path, int lock_fd) : path_(std::move(path)), lock_fd_(lock_fd) {}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept { *this = std::move(other); }

WorkFolder& WorkFolder::operator=(WorkFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_fd_, other.lock_fd_);
  return *this;
}

// The lock file stays: to remove it is to race with who opens it.
WorkFolder::~WorkFolder() {
  if (lock_fd_ < 0) return;
  static_cast<void>(clear(path_).ok());  // else the next run will
  close(lock_fd_);
}

}  // namespace pinpipe
