#include "stream/file_id.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <climits>

#include "base/number.h"

namespace pinpipe::stream {
namespace {

constexpr int kMaxLinks = 40;  // as the kernel follows at most

std::string base_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

FileId id_of(const struct stat& info) { return {info.st_dev, info.st_ino, info.st_mode, ""}; }

/// N of "/dev/fd/N", "/proc/self/fd/N" and the like; -1 for other names.
int descriptor_named(const std::string& path) {
  const std::string own = "/proc/" + std::to_string(getpid()) + "/fd/";
  for (const std::string& folder : {std::string("/dev/fd/"), std::string("/proc/self/fd/"), own}) {
    if (!path.starts_with(folder)) continue;
    const auto number = to_number<int>(std::string_view(path).substr(folder.size()));
    if (number && *number >= 0) return *number;
  }
  return -1;
}

/// What the link `path` holds, seen from where it stands; empty if it is no link.
std::string link_target(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = readlink(path.c_str(), target, sizeof target);
  if (size <= 0) return "";
  const std::string text(target, static_cast<size_t>(size));
  return text[0] == '/' ? text : folder_of(path) + "/" + text;
}

}  // namespace

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

bool FileId::is_regular() const { return !is_there() || S_ISREG(mode); }

std::optional<FileId> identify(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0) return std::nullopt;
  return id_of(info);
}

std::optional<FileId> identify(const std::string& path) {
  const auto target = find_target(path);
  if (!target.ok()) return std::nullopt;
  if (target.value().descriptor >= 0) return identify(target.value().descriptor);
  const std::string& file = target.value().path;
  struct stat info;
  if (stat(file.c_str(), &info) == 0) return id_of(info);
  if (stat(folder_of(file).c_str(), &info) != 0) return std::nullopt;
  return FileId{info.st_dev, info.st_ino, 0, base_of(file)};
}

Result<Target> find_target(const std::string& path) {
  std::string at = path;
  for (int links = 0; links <= kMaxLinks; ++links) {
    if (const int fd = descriptor_named(at); fd >= 0) return Target{at, fd};
    const auto next = link_target(at);
    if (next.empty()) return Target{at, -1};
    at = next;
  }
  return system_error("open", path, ELOOP);
}

void enlarge_pipe(int fd) {
  constexpr int kRoom = 1024 * 1024;  // what Linux grants users at most, unless it was changed
  if (fcntl(fd, F_GETPIPE_SZ) < kRoom) fcntl(fd, F_SETPIPE_SZ, kRoom);
}

}  // namespace pinpipe::stream
