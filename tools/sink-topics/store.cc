#include "store.h"

#include "bucket.h"
#include "folder.h"

namespace pinpipe {

Result<std::unique_ptr<Store>> open_store(const std::string& destination, const std::string& id) {
  return destination.starts_with(kS3) ? Bucket::open(destination, id)
                                      : Folder::open(destination, id);
}

}  // namespace pinpipe
