// Objects in S3, by the aws client, which knows more of credentials, regions and endpoints than we
// ever will. A PUT is of all or nothing. A call of the client takes about a second, whatever it
// does: objects are put by one call for as many as there are.
#pragma once

#include "store.h"
#include "work_folder.h"

namespace pinpipe {

inline constexpr std::string_view kS3 = "s3://";

class Bucket : public Store {
 public:
  /// `url` is s3://BUCKET[/PREFIX].
  static Result<std::unique_ptr<Store>> open(const std::string& url, const std::string& id);

  const std::string& work() const override { return work_.path(); }
  Status list(const std::string& topic,
              const std::function<void(std::string_view path)>& found) override;
  Result<std::string> fetch(const std::string& path) override;
  Status put(const std::vector<FinishedObject>& objects) override;

 private:
  Bucket(const std::string& url, WorkFolder work);
  Status aws(const std::vector<std::string>& words,
             const std::function<void(std::string_view line)>& on_line) const;

  std::string url_;     // s3://BUCKET[/PREFIX]
  std::string bucket_;  // BUCKET
  std::string prefix_;  // "" or PREFIX/
  WorkFolder work_;
};

}  // namespace pinpipe
