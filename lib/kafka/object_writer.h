// Cuts the values of a partition into objects: lines in a file that grows as values come.
//
// The file is opened anew for each 64 KiB that are written, so that a sink of thousands of
// objects holds neither their lines nor as many descriptors, and compressed only when it is whole,
// so that it does not hold as many contexts of zstd, of some megabytes each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"
#include "kafka/object_layout.h"

namespace pinpipe::kafka {

/// An object that is whole, but not yet in its place.
struct FinishedObject {
  std::string file;   ///< where it is now
  std::string path;   ///< what it is to be called in its store
  std::string chain;  ///< of two objects of one chain, the first is in its place first
};

struct ObjectFormat {
  ObjectLayout layout;
  /// Behind each value, as it is; without, values become lines: a newline in a value, which in
  /// JSON is a blank, becomes one.
  std::optional<std::string> separator;
  int zstd_level = 3;
};

/// Writes `bytes` to a new file, or behind those of one that is there.
Status write_file(const std::string& file, std::string_view bytes, bool is_new);

class ObjectWriter {
 public:
  /// `name` is that of an object whose first record comes now. Files are made in the folder
  /// `work`. `format` must outlive it.
  ObjectWriter(ObjectName name, std::string work, const ObjectFormat& format);

  const ObjectName& name() const { return name_; }

  Status add(std::string_view value);
  /// Lets go of what is in memory.
  Status spill();
  /// Ends the object. No value may be added then.
  Result<FinishedObject> finish();

 private:
  Status compress(const std::string& to) const;

  ObjectName name_;
  std::string work_;
  const ObjectFormat* format_;
  std::string growing_;  // the file of lines so far
  bool is_new_ = true;   // nothing is written yet
  Buffer unwritten_;
};

}  // namespace pinpipe::kafka
