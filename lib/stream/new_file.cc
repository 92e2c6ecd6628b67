#include "stream/new_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <utility>

#include "base/hash.h"
#include "base/hex.h"
#include "stream/file_id.h"

namespace pinpipe::stream {
namespace {

// Names for remove_hidden_files(): fixed room, because a signal handler may not allocate.
struct HiddenName {
  std::atomic<bool> used = false;
  char path[4096];
};
std::array<HiddenName, 16> hidden_names;

void remember(const std::string& path) {
  for (auto& name : hidden_names) {
    if (path.size() >= sizeof name.path || name.used) continue;
    std::memcpy(name.path, path.c_str(), path.size() + 1);
    name.used = true;
    return;
  }
}

void forget(const std::string& path) {
  for (auto& name : hidden_names) {
    if (name.used && path == name.path) name.used = false;
  }
}

timespec now() {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time;
}
const timespec kStarted = now();

bool is_later(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

/// ".pinpipe-0123456789abcdef-": of the hash of the file's name, for a long name leaves no
/// room for more.
std::string hidden_prefix(const std::string& path) {
  return ".pinpipe-" + hex(fnv1a(std::string_view(path).substr(path.rfind('/') + 1))) + "-";
}

/// The permissions to give a file: those it had, or those of a plain open().
mode_t mode_for(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) == 0) return info.st_mode & 0777;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/// Whether another process holds the lock of the file; `removed` if nobody did and it is ours.
enum class Holder { nobody, another };
Holder holder_of(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return Holder::nobody;
  const bool locked = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(fd);
  return locked ? Holder::another : Holder::nobody;
}

/// Removes what runs that were killed left, and tells whether a living one writes such a file.
/// A file is removed under its lock, so that one that is just being made is not (open_hidden).
bool another_writes(const std::string& folder, const std::string& prefix, ino_t own) {
  const std::unique_ptr<DIR, int (*)(DIR*)> names(opendir(folder.c_str()), closedir);
  bool found = false;
  while (names) {
    const dirent* entry = readdir(names.get());
    if (entry == nullptr) break;
    if (!std::string_view(entry->d_name).starts_with(prefix)) continue;
    const std::string path = folder + "/" + entry->d_name;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat info;
    if (fd < 0) continue;
    if (fstat(fd, &info) == 0 && info.st_ino != own && S_ISREG(info.st_mode)) {
      if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        found = true;
      } else if (info.st_uid == geteuid()) {
        unlink(path.c_str());
      }
    }
    close(fd);
  }
  return found;
}

/// A rename onto a mount point fails, and only at the end.
bool is_mount_point(const std::string& path) {
  struct statx file, folder;
  return statx(AT_FDCWD, path.c_str(), 0, STATX_MNT_ID, &file) == 0 &&
         statx(AT_FDCWD, folder_of(path).c_str(), 0, STATX_MNT_ID, &folder) == 0 &&
         (file.stx_mask & STATX_MNT_ID) != 0 && file.stx_mnt_id != folder.stx_mnt_id;
}

Status check_target(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return {};
  if (S_ISDIR(info.st_mode)) return system_error("write", path, EISDIR);
  if (is_mount_point(path)) {
    return Error{"cannot write '" + path + "': it is a mount point, which cannot be replaced",
                 "name another file, or write through the shell: > '" + path + "'"};
  }
  return {};
}

}  // namespace

void remove_hidden_files() {
  for (auto& name : hidden_names) {
    if (name.used) unlink(name.path);
  }
}

NewFile::NewFile(NewFile&& other) noexcept { *this = std::move(other); }

NewFile& NewFile::operator=(NewFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(hidden_, other.hidden_);
  std::swap(exclusive_, other.exclusive_);
  return *this;
}

NewFile::~NewFile() {
  if (!hidden_.empty()) {
    unlink(hidden_.c_str());
    forget(hidden_);
  }
  if (fd_ >= 0) close(fd_);
}

Result<NewFile> NewFile::create(const std::string& path, Sharing sharing) {
  const auto target = TRY(find_target(path));
  TRY(check_target(target.path));
  NewFile file;
  file.path_ = target.path;
  file.exclusive_ = sharing == Sharing::exclusive;
  TRY(file.open_hidden());
  if (fchmod(file.fd_, mode_for(file.path_)) != 0) return system_error("write", path, errno);
  TRY(file.check_alone());
  return file;
}

Status NewFile::open_hidden() {
  for (;;) {
    std::string name = folder_of(path_) + "/" + hidden_prefix(path_) + "XXXXXX";
    fd_ = mkostemp(name.data(), O_CLOEXEC);
    if (fd_ < 0) return system_error("write", path_, errno);
    hidden_ = std::move(name);  // a copy may get no memory, and who would remove the file?
    remember(hidden_);
    struct stat info;
    while (flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
    }
    if (fstat(fd_, &info) != 0) return system_error("write", path_, errno);
    if (info.st_nlink > 0) return {};
    // Another run took it for a left-over, before the lock was ours.
    forget(hidden_);
    close(std::exchange(fd_, -1));
  }
}

Status NewFile::check_alone() {
  struct stat own, old;
  if (fstat(fd_, &own) != 0) return system_error("write", path_, errno);
  const bool another = another_writes(folder_of(path_), hidden_prefix(path_), own.st_ino);
  if (!exclusive_) return {};
  const bool is_there = stat(path_.c_str(), &old) == 0;
  if (another ||
      (is_there && (holder_of(path_) == Holder::another || is_later(old.st_ctim, kStarted)))) {
    return Error{"'" + path_ + "' is written by another tool at the same time",
                 "name a file for each"};
  }
  return {};
}

Status NewFile::publish() {
  assert(is_hidden());
  if (fdatasync(fd_) != 0 && errno != EINVAL && errno != EROFS)
    return system_error("write", path_, errno);
  if (rename(hidden_.c_str(), path_.c_str()) != 0) return system_error("write", path_, errno);
  forget(hidden_);
  hidden_.clear();
  return {};
}

}  // namespace pinpipe::stream
