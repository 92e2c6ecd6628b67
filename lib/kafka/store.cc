#include "kafka/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>

#include "aws/s3_bucket.h"
#include "base/hash.h"
#include "kafka/work_folder.h"
#include "stream/output.h"

namespace pinpipe::kafka {
namespace {

namespace fs = std::filesystem;

/// What the machine has taken of `path`, a file or the names in a folder, outlives a power cut.
Status sync(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error("open", path, errno);
  const int failure = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return failure == 0 ? Status() : Status(system_error("sync", path, failure));
}

/// Objects as files: made in a hidden folder beside them, synced to the disk, then renamed.
class Folder : public Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::string& folder, const std::string& id);

  const std::string& work() const override { return work_.path(); }
  Status list(const std::string& folder,
              const std::function<void(std::string_view path)>& found) override;
  Result<std::string> fetch(const std::string& path) override;
  Status put(const std::vector<FinishedObject>& objects, const Put& put) override;

 private:
  Folder(std::string folder, WorkFolder work);
  Status put_one(const FinishedObject& object) const;

  std::string folder_;
  WorkFolder work_;
};

Result<std::unique_ptr<Store>> Folder::open(const std::string& folder, const std::string& id) {
  auto work = TRY(WorkFolder::open(folder + "/.sink-topics-" + id));
  return std::unique_ptr<Store>(new Folder(folder, std::move(work)));
}

Folder::Folder(std::string folder, WorkFolder work)
    : folder_(std::move(folder)), work_(std::move(work)) {}

Status Folder::list(const std::string& folder,
                    const std::function<void(std::string_view path)>& found) {
  const fs::path top = folder_ + "/" + folder;
  std::error_code error;
  if (!fs::exists(top, error)) {
    return error ? Status(system_error("read", top, error.value())) : Status();
  }
  for (fs::recursive_directory_iterator entry(top, error), end; !error && entry != end;
       entry.increment(error)) {
    found(entry->path().native().substr(folder_.size() + 1));
  }
  return error ? Status(system_error("read", top, error.value())) : Status();
}

Result<std::string> Folder::fetch(const std::string& path) { return folder_ + "/" + path; }

Status Folder::put(const std::vector<FinishedObject>& objects, const Put& put) {
  for (const auto& object : objects) {
    TRY(put_one(object));
    TRY(put(object));
  }
  return {};
}

// Synced before it has its name, and named before the next one is: what a power cut leaves are
// whole objects, without one missing in between.
Status Folder::put_one(const FinishedObject& object) const {
  const fs::path to = folder_ + "/" + object.path;
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (error) return system_error("make", to.parent_path(), error.value());
  TRY(sync(object.file));
  if (std::rename(object.file.c_str(), to.c_str()) != 0) return system_error("write", to, errno);
  return sync(to.parent_path());
}

/// In the folder for temporary files, by a name of this user, ID and destination: so a second sink
/// of this machine is seen, and what a killed one left is found and removed.
std::string work_path(const std::string& url, const std::string& id,
                      const aws::Environment& environment) {
  return environment("TMPDIR").value_or("/tmp") + "/sink-topics-" + std::to_string(geteuid()) +
         "-" + id + "-" + std::to_string(fnv1a(url));
}

/// Objects in S3, many uploads at a time. A PUT is all or nothing.
class Bucket : public Store {
 public:
  /// `url` is s3://BUCKET[/PREFIX].
  static Result<std::unique_ptr<Store>> open(const std::string& url, const std::string& id,
                                             const aws::Environment& environment);

  const std::string& work() const override { return work_.path(); }
  Status list(const std::string& folder,
              const std::function<void(std::string_view path)>& found) override;
  Result<std::string> fetch(const std::string& path) override;
  Status put(const std::vector<FinishedObject>& objects, const Put& put) override;

 private:
  Bucket(std::string prefix, WorkFolder work, std::unique_ptr<aws::S3Bucket> bucket);
  aws::S3Client& client() { return bucket_->client(); }

  std::string prefix_;  // "" or PREFIX/
  WorkFolder work_;
  std::unique_ptr<aws::S3Bucket> bucket_;
};

Result<std::unique_ptr<Store>> Bucket::open(const std::string& url, const std::string& id,
                                            const aws::Environment& environment) {
  const std::string bare = url.substr(0, url.find_last_not_of('/') + 1);
  const auto place = TRY(aws::parse_s3_url(bare));
  auto bucket = TRY(aws::S3Bucket::open(place.bucket, environment));
  auto work = TRY(WorkFolder::open(work_path(bare, id, environment)));
  return std::unique_ptr<Store>(
      new Bucket(place.key.empty() ? "" : place.key + "/", std::move(work), std::move(bucket)));
}

Bucket::Bucket(std::string prefix, WorkFolder work, std::unique_ptr<aws::S3Bucket> bucket)
    : prefix_(std::move(prefix)), work_(std::move(work)), bucket_(std::move(bucket)) {}

Status Bucket::list(const std::string& folder,
                    const std::function<void(std::string_view path)>& found) {
  return client().list(prefix_ + folder, [&](std::string_view key) {
    if (key.starts_with(prefix_)) found(key.substr(prefix_.size()));
  });
}

Result<std::string> Bucket::fetch(const std::string& path) {
  const std::string file = work() + "/fetched";
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return system_error("write", file, errno);
  auto status = client().get(
      prefix_ + path, [&](std::string_view bytes) { return stream::write_all(fd, bytes, file); });
  if (close(fd) != 0 && status.ok()) status = system_error("write", file, errno);
  TRY(std::move(status));
  return file;
}

Status Bucket::put(const std::vector<FinishedObject>& objects, const Put& put) {
  std::vector<aws::S3Upload> uploads;
  for (const auto& object : objects)
    uploads.push_back({prefix_ + object.path, object.file, object.chain});
  size_t known = 0;
  return client().put(uploads, [&](size_t count) -> Status {
    for (; known < count; ++known) {
      unlink(objects[known].file.c_str());
      TRY(put(objects[known]));
    }
    return {};
  });
}

}  // namespace

Result<std::unique_ptr<Store>> open_store(const std::string& destination, const std::string& id,
                                          const aws::Environment& environment) {
  return destination.starts_with(kS3) ? Bucket::open(destination, id, environment)
                                      : Folder::open(destination, id);
}

}  // namespace pinpipe::kafka
