#include "kafka/work_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace pinpipe::kafka {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLock = "lock";

/// A folder that others can make may be a trap: it must be ours, and no link, or what is cleared
/// would be somebody's.
Status make_mine(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_error("make", path, errno);
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) return system_error("read", path, errno);
  if (S_ISDIR(info.st_mode) && info.st_uid == geteuid()) return {};
  return Error{S_ISDIR(info.st_mode) ? "'" + path + "' belongs to somebody else"
                                     : "'" + path + "' is not a folder, or a link to one",
               "remove it, or write somewhere else"};
}

Status make_all(const std::string& path) {
  if (path.empty()) return {};
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

Result<WorkFolder> WorkFolder::open(const std::string& path) {
  TRY(make_all(fs::path(path).parent_path()));
  for (;;) {
    TRY(make_mine(path));
    const std::string lock = path + "/" + kLock;
    const int fd = ::open(lock.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == ENOENT) continue;  // the folder went with the run before
    if (fd < 0) {
      const int why = errno;
      rmdir(path.c_str());  // if it is ours alone, it is empty
      return system_error("write", lock, why);
    }
    WorkFolder folder(path, fd);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
      folder.abandon();
      if (errno != EWOULDBLOCK) return system_error("lock", lock, errno);
      return Error{"another sink-topics of this ID writes there",
                   "end that one first, or write somewhere else"};
    }
    struct stat info;
    if (fstat(fd, &info) != 0) return system_error("lock", lock, errno);
    if (info.st_nlink == 0) {  // removed by the run before, between open and lock
      folder.abandon();
      continue;
    }
    TRY(clear(path));
    return folder;
  }
}

WorkFolder::WorkFolder(std::string path, int lock_fd) : path_(std::move(path)), lock_fd_(lock_fd) {}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept { *this = std::move(other); }

WorkFolder& WorkFolder::operator=(WorkFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_fd_, other.lock_fd_);
  return *this;
}

void WorkFolder::abandon() { close(std::exchange(lock_fd_, -1)); }

// The lock goes while it is held: who has opened it meanwhile sees that it is gone.
WorkFolder::~WorkFolder() {
  if (lock_fd_ < 0) return;
  if (clear(path_).ok()) {  // else the next run will
    unlink((path_ + "/" + kLock).c_str());
    rmdir(path_.c_str());
  }
  abandon();
}

}  // namespace pinpipe::kafka
