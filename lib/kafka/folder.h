// Objects as files: made in a hidden folder beside them, synced to the disk, then renamed.
#pragma once

#include "kafka/store.h"
#include "kafka/work_folder.h"

namespace pinpipe::kafka {

class Folder : public Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::string& folder, const std::string& id);

  const std::string& work() const override { return work_.path(); }
  Status list(const std::string& topic,
              const std::function<void(std::string_view path)>& found) override;
  Result<std::string> fetch(const std::string& path) override;
  Status put(const std::vector<FinishedObject>& objects, const Put& put) override;

 private:
  Folder(std::string folder, WorkFolder work);
  Status put_one(const FinishedObject& object) const;

  std::string folder_;
  WorkFolder work_;
};

}  // namespace pinpipe::kafka
