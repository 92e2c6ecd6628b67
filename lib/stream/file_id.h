// Which file a name or a descriptor stands for, so that one that is written is none that is read.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/status.h"

namespace pinpipe::stream {

/// A file by device and inode; one that is not there yet by its folder's, and its name.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  mode_t mode = 0;   ///< type and permissions; 0 where it is not there
  std::string name;  ///< empty where it is there

  bool is_there() const { return name.empty(); }
  /// Whether bytes that are written to it stay there for who reads it: no pipe, no device.
  bool is_regular() const;
  bool operator==(const FileId& other) const {
    return device == other.device && inode == other.inode && name == other.name;
  }
};

/// What `path` stands for, links followed; nothing where not even its folder is there.
std::optional<FileId> identify(const std::string& path);
/// Nothing where `fd` is closed.
std::optional<FileId> identify(int fd);

/// The folder that `path` is in: "." without a slash.
std::string folder_of(const std::string& path);

/// What a name that is to be written stands for.
struct Target {
  std::string path;     ///< of the file, links followed, also those that lead to nothing
  int descriptor = -1;  ///< not -1: the name is one of an open descriptor, such as /dev/stdout
};

/// Errors: a chain of links without an end.
Result<Target> find_target(const std::string& path);

/// Gives the pipe at `fd` room for four blocks, rather than for the 64 KiB it is made with. What is
/// no pipe stays as it is, and so does a pipe where the user's limit for pipes is reached.
void enlarge_pipe(int fd);

}  // namespace pinpipe::stream
