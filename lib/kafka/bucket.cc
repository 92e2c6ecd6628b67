#include "kafka/bucket.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <random>
#include <string>

#include "aws/credential_source.h"
#include "aws/service.h"
#include "stream/output.h"

namespace pinpipe::kafka {
namespace {

// A large object takes as long as it takes, while bytes come through.
constexpr http::Milliseconds kLongest = std::chrono::hours(24);
constexpr http::Milliseconds kSilence = std::chrono::seconds(30);

/// In the folder for temporary files, by a name of this user, ID and destination: so a second sink
/// of this machine is seen, and what a killed one left is found and removed.
std::string work_path(const std::string& url, const std::string& id,
                      const aws::Environment& environment) {
  return environment("TMPDIR").value_or("/tmp") + "/sink-topics-" + std::to_string(geteuid()) +
         "-" + id + "-" + std::to_string(std::hash<std::string>()(url));
}

http::CurlOptions curl_options(const aws::Environment& environment, unsigned connections) {
  auto options = aws::curl_options(environment, connections);
  options.timeout = kLongest;
  options.silence = kSilence;
  return options;
}

}  // namespace

Result<std::unique_ptr<Store>> Bucket::open(const std::string& url, const std::string& id) {
  const auto environment = aws::process_environment();
  const std::string bare = url.substr(0, url.find_last_not_of('/') + 1);
  const auto name = bare.substr(kS3.size());
  const size_t slash = std::min(name.find('/'), name.size());
  auto options = TRY(aws::s3_options(name.substr(0, slash), environment));
  options.credentials = [source = aws::process_credentials()] { return source->get(); };
  options.seed = std::random_device()();
  auto transport = TRY(http::CurlTransport::create(curl_options(environment, options.parallel)));
  auto work = TRY(WorkFolder::open(work_path(bare, id, environment)));
  const auto prefix = slash == name.size() ? "" : name.substr(slash + 1) + "/";
  return std::unique_ptr<Store>(
      new Bucket(prefix, std::move(work), std::move(transport), std::move(options)));
}

Bucket::Bucket(std::string prefix, WorkFolder work, std::unique_ptr<http::CurlTransport> transport,
               aws::S3Options options)
    : prefix_(std::move(prefix)),
      work_(std::move(work)),
      transport_(std::move(transport)),
      client_(std::move(options), *transport_) {}

Status Bucket::list(const std::string& topic,
                    const std::function<void(std::string_view path)>& found) {
  return client_.list(prefix_ + topic_folder(topic), [&](std::string_view key) {
    if (key.starts_with(prefix_)) found(key.substr(prefix_.size()));
  });
}

Result<std::string> Bucket::fetch(const std::string& path) {
  const std::string file = work() + "/fetched";
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return system_error("write", file, errno);
  auto status = client_.get(
      prefix_ + path, [&](std::string_view bytes) { return stream::write_all(fd, bytes, file); });
  if (close(fd) != 0 && status.ok()) status = system_error("write", file, errno);
  if (!status.ok()) return status.error();
  return file;
}

Status Bucket::put(const std::vector<FinishedObject>& objects, const Put& put) {
  std::vector<aws::S3Upload> uploads;
  for (const auto& object : objects) uploads.push_back({prefix_ + object.path, object.file});
  size_t known = 0;
  return client_.put(uploads, [&](size_t count) -> Status {
    for (; known < count; ++known) {
      unlink(objects[known].file.c_str());
      TRY(put(objects[known]));
    }
    return {};
  });
}

}  // namespace pinpipe::kafka
