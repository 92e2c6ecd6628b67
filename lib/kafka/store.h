// Where objects go: a folder, or a bucket of S3. In both an object is there whole or not at all.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"
#include "base/status.h"
#include "kafka/object_writer.h"

namespace pinpipe::kafka {

class Store {
 public:
  virtual ~Store() = default;

  /// A folder for files that are to become objects.
  virtual const std::string& work() const = 0;

  /// Calls `found` with the path of each object below `folder`, which ends in '/', in any order;
  /// other paths may be among them. The view dies with the call.
  virtual Status list(const std::string& folder,
                      const std::function<void(std::string_view path)>& found) = 0;

  /// A file with the bytes of an object, valid until the next call.
  virtual Result<std::string> fetch(const std::string& path) = 0;

  /// Is called with each object that is in its place, in the order in which they were given.
  using Put = std::function<Status(const FinishedObject&)>;

  /// Puts objects in their places, and removes their files. Of a chain, none is there before those
  /// before it. An error, of `put` too, ends it; others may then be there of which `put` was
  /// not told.
  virtual Status put(const std::vector<FinishedObject>& objects, const Put& put) = 0;
};

inline constexpr std::string_view kS3 = "s3://";

/// Opens a folder, or s3://BUCKET[/PREFIX], for the objects of `id`. Where S3 is and who we are
/// there, `environment` says. Errors: it cannot be written, or another process writes the same
/// there.
Result<std::unique_ptr<Store>> open_store(
    const std::string& destination, const std::string& id,
    const aws::Environment& environment = aws::process_environment());

}  // namespace pinpipe::kafka
