// Objects of one bucket of S3: list, get and put, with retries.
//
// A PUT is all or nothing, and may be sent again: what a lost reply had put is put over by the same
// bytes. A bucket in another region is found there, once. What is under way is bounded: `parallel`
// files, of which some KiB each are in memory. For one thread.
#pragma once

#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aws/s3_reply.h"
#include "aws/service.h"
#include "base/status.h"
#include "http/backoff.h"
#include "http/transport.h"

namespace pinpipe::aws {

/// At an endpoint of its own, the bucket is in the path.
struct S3Options : ServiceOptions {
  std::string bucket;
  unsigned parallel = 16;  ///< uploads under way
};

/// Those of the environment. Errors: a variable that has no such value.
Result<S3Options> s3_options(const std::string& bucket, const Environment& environment);

struct S3Upload {
  std::string key;
  std::string file;   ///< stays as it is until it is there
  std::string chain;  ///< those of one are put one behind the other
};

class S3Client {
 public:
  /// REQUIRES: `transport` outlives it, and carries no requests of others.
  S3Client(S3Options options, http::Transport& transport);
  ~S3Client();

  /// Calls `found` with each key that starts with `prefix`, in the order of their bytes.
  Status list(const std::string& prefix, const std::function<void(std::string_view key)>& found);

  /// Calls `take` with the bytes of an object, from its start to its end, 8 MiB at a time.
  Status get(const std::string& key, const std::function<Status(std::string_view bytes)>& take);

  /// Puts `uploads`. Those of one chain are put one behind the other, as they stand, so that none
  /// is there before those before it; other chains at the same time.
  /// Calls `there` with how many of the first ones are there, whenever that has grown. An error, of
  /// `there` too, ends it: some of those behind may then be there.
  Status put(const std::vector<S3Upload>& uploads,
             const std::function<Status(size_t count)>& there);

 private:
  struct Call;
  using Calls = std::unordered_map<uint64_t, Call>;

  Status run(const std::function<Result<std::optional<Call>>()>& next,
             const std::function<Status(const Call&, http::Reply&)>& done);
  Result<http::Reply> ask(Call call);
  Status start(Call call, Calls& under_way);
  std::optional<Error> retry(Call call, const http::Reply& reply);
  std::string host_url(const std::string& region) const;
  http::Request request_of(const Call& call) const;
  std::string shown(const Call& call) const;
  bool is_success(const Call& call, const http::Reply& reply) const;

  S3Options options_;
  http::Transport& transport_;
  std::multimap<http::TimePoint, Call> waiting_;  // by when they are sent again
  uint64_t next_id_ = 0;
  bool answered_ = false;  // S3 has, once
};

}  // namespace pinpipe::aws
