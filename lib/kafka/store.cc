#include "kafka/store.h"

#include "kafka/bucket.h"
#include "kafka/folder.h"

namespace pinpipe::kafka {

Result<std::unique_ptr<Store>> open_store(const std::string& destination, const std::string& id) {
  return destination.starts_with(kS3) ? Bucket::open(destination, id)
                                      : Folder::open(destination, id);
}

}  // namespace pinpipe::kafka
