// Objects in S3, many uploads at a time. A PUT is all or nothing.
#pragma once

#include "aws/s3_client.h"
#include "http/curl_transport.h"
#include "kafka/store.h"
#include "kafka/work_folder.h"

namespace pinpipe::kafka {

inline constexpr std::string_view kS3 = "s3://";

class Bucket : public Store {
 public:
  /// `url` is s3://BUCKET[/PREFIX].
  static Result<std::unique_ptr<Store>> open(const std::string& url, const std::string& id);

  const std::string& work() const override { return work_.path(); }
  Status list(const std::string& topic,
              const std::function<void(std::string_view path)>& found) override;
  Result<std::string> fetch(const std::string& path) override;
  Status put(const std::vector<FinishedObject>& objects, const Put& put) override;

 private:
  Bucket(std::string prefix, WorkFolder work, std::unique_ptr<http::CurlTransport> transport,
         aws::S3Options options);

  std::string prefix_;  // "" or PREFIX/
  WorkFolder work_;
  std::unique_ptr<http::CurlTransport> transport_;
  aws::S3Client client_;
};

}  // namespace pinpipe::kafka
