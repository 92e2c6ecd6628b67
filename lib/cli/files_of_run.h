// The files of one run, held against each other: what is written is not what is read.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "stream/file_id.h"

namespace pinpipe::cli {

class FilesOfRun {
 public:
  /// What the tool works on; "-" is standard input.
  void add_input(const std::string& file);
  /// What is read and must stay as it is: headers, properties, requests.
  void add_kept(const std::string& file);
  /// A file that is written as `option` says.
  void add_written(const std::string& option, const std::string& file);
  /// What -o says; "-" is standard output.
  void add_output(const std::string& file);

  /// Errors: a file that is read and written, or written twice, by device and inode, links and
  /// descriptors too. A file of -o may be an input: a rename replaces it when all has been read.
  /// Standard error may not go to what is read, nor to what is replaced.
  Status check() const;

 private:
  struct File {
    std::string label;  ///< "--rejects", "standard input", or the name itself
    std::string name;   ///< as typed; empty for a standard stream
    stream::FileId id;
    bool replaceable = false;  ///< read, and may be replaced by a rename
    bool replaced = false;     ///< written, and gets its name by a rename
    bool standard = false;     ///< a standard stream, by whatever name
  };
  static std::string shown(const File& file) {
    return file.name.empty() ? file.label : "'" + file.name + "'";
  }
  void add_read(const std::string& file, bool replaceable);
  Status check_read(const File& written) const;
  static Status check_pair(const File& a, const File& b);

  std::vector<File> read_;
  std::vector<File> written_;
};

}  // namespace pinpipe::cli
