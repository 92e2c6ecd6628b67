#include "bucket.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "child.h"

namespace pinpipe {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// In the folder for temporary files, by a name of this user, ID and destination: so a second sink
/// of this machine is seen, and what a killed one left is found and removed.
std::string work_path(const std::string& url, const std::string& id) {
  const auto folder = variable("TMPDIR");
  return (folder.empty() ? "/tmp" : folder) + "/sink-topics-" + std::to_string(geteuid()) + "-" +
         id + "-" + std::to_string(std::hash<std::string>()(url));
}

/// The start of each call. The client reads these variables itself only since version 2.13.
std::vector<std::string> aws_command() {
  auto endpoint = variable("AWS_ENDPOINT_URL_S3");
  if (endpoint.empty()) endpoint = variable("AWS_ENDPOINT_URL");
  if (endpoint.empty()) return {"aws"};
  return {"aws", "--endpoint-url", endpoint};
}

}  // namespace

Result<std::unique_ptr<Store>> Bucket::open(const std::string& url, const std::string& id) {
  const std::string bare = url.substr(0, url.find_last_not_of('/') + 1);
  auto work = WorkFolder::open(work_path(bare, id));
  if (!work.ok()) return work.error();
  return std::unique_ptr<Store>(new Bucket(bare, std::move(*work)));
}

Bucket::Bucket(const std::string& url, WorkFolder work) : url_(url), work_(std::move(work)) {
  const auto name = url.substr(kS3.size());
  const size_t slash = name.find('/');
  bucket_ = name.substr(0, slash);
  if (slash != name.npos) prefix_ = name.substr(slash + 1) + "/";
}

Status Bucket::aws(const std::vector<std::string>& words,
                   const std::function<void(std::string_view line)>& on_line) const {
  auto command = aws_command();
  command.insert(command.end(), words.begin(), words.end());
  auto status = run_child(command, on_line);
  if (status.ok()) return status;
  return Error{url_ + ": " + status.error().what, status.error().hint};
}

// As text the client writes a key a line as pages come; as JSON it would collect them all first.
Status Bucket::list(const std::string& topic,
                    const std::function<void(std::string_view path)>& found) {
  return aws({"s3api", "list-objects-v2", "--bucket", bucket_, "--prefix",
              prefix_ + topic_folder(topic), "--query", "Contents[].[Key]", "--output", "text"},
             [&](std::string_view key) {
               if (key.starts_with(prefix_)) found(key.substr(prefix_.size()));
             });
}

Result<std::string> Bucket::fetch(const std::string& path) {
  std::string file = work() + "/fetched";
  auto status = aws({"s3", "cp", "--only-show-errors", url_ + "/" + path, file}, nullptr);
  if (!status.ok()) return status.error();
  return file;
}

Status Bucket::put(const std::vector<FinishedObject>& objects) {
  const fs::path upload = work() + "/upload";
  std::error_code error;
  for (const auto& object : objects) {
    const auto to = upload / object.path;
    fs::create_directories(to.parent_path(), error);
    if (!error) fs::rename(object.file, to, error);
    if (error) return system_error("write", to, error.value());
  }
  auto status = aws({"s3", "cp", "--recursive", "--only-show-errors", upload, url_}, nullptr);
  if (!status.ok()) return status;
  fs::remove_all(upload, error);
  return error ? Status(system_error("remove", upload, error.value())) : Status();
}

}  // namespace pinpipe
