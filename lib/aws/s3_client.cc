#include "aws/s3_client.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "aws/service.h"
#include "aws/sha256.h"
#include "aws/sigv4.h"
#include "base/ascii.h"
#include "base/percent_encoding.h"
#include "http/headers.h"

namespace pinpipe::aws {
namespace {

constexpr const char* kAnyRegion = "us-east-1";  // answers for all, and says where a bucket is
constexpr size_t kRangeBytes = 8 * 1024 * 1024;
constexpr int kNoSuchRange = 416;

/// Whether a name can be a label of Amazon's hosts, for which there is a certificate.
bool is_host_label(const std::string& bucket) {
  return std::ranges::all_of(
      bucket, [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
}

}  // namespace

Result<S3Options> s3_options(const std::string& bucket, const Environment& environment) {
  auto service = TRY(service_options(Service::s3, environment));
  S3Options options{std::move(service), bucket};
  if (options.region.empty()) options.region = kAnyRegion;
  return options;
}

/// A request, and what became of it so far.
struct S3Client::Call {
  Call(S3Action what, std::string of) : action(what), key(std::move(of)) {}

  S3Action action;
  std::string key;  // or prefix
  std::string query;
  std::string range;
  std::string file;
  uint64_t file_size = 0;
  std::string body_hash;
  size_t number = 0;  // of the caller's

  std::optional<http::Backoff> backoff;
  http::TimePoint first_sent{};
  std::string region;  // that it was sent to
  bool redirected = false;
};

S3Client::S3Client(S3Options options, http::Transport& transport)
    : options_(std::move(options)), transport_(transport) {}

S3Client::~S3Client() = default;

// ---- requests -----------------------------------------------------------------------------------

std::string S3Client::host_url(const std::string& region) const {
  if (!options_.endpoint.empty()) return options_.endpoint;
  auto url = amazon_url("s3", region);
  if (!is_host_label(options_.bucket)) return url;
  constexpr std::string_view kScheme = "https://";
  return std::string(kScheme) + options_.bucket + "." + url.substr(kScheme.size());
}

http::Request S3Client::request_of(const Call& call) const {
  http::Request request;
  request.method = call.action == S3Action::put ? "PUT" : "GET";
  request.url = host_url(call.region);
  const bool in_path = !options_.endpoint.empty() || !is_host_label(options_.bucket);
  if (in_path) request.url += "/" + percent_encoded(options_.bucket);
  if (call.action == S3Action::list) {
    request.url += (in_path ? "?" : "/?") + call.query;
  } else {
    request.url += "/" + percent_encoded(call.key, "/");
  }
  if (!call.range.empty()) request.headers.push_back("Range: " + call.range);
  if (call.action == S3Action::put) {
    request.headers.push_back("Content-Type: application/octet-stream");
    request.body_file = call.file;
    request.body_file_size = call.file_size;
  }
  return request;
}

std::string S3Client::shown(const Call& call) const {
  const char* verb = call.action == S3Action::put   ? "write"
                     : call.action == S3Action::get ? "read"
                                                    : "list";
  return std::string("cannot ") + verb + " 's3://" + options_.bucket + "/" + call.key + "': ";
}

Status S3Client::start(Call call, Calls& under_way) {
  if (!call.backoff) {
    call.backoff.emplace(options_.retry, options_.seed + next_id_);
    call.first_sent = options_.now();
  }
  call.region = options_.region;
  const auto credentials = TRY(options_.credentials());
  auto request = request_of(call);
  sign({request.method, request.url, request.headers, {}, call.body_hash}, credentials,
       {"s3", call.region}, options_.unix_time());
  transport_.start(next_id_, request);
  under_way.emplace(next_id_++, std::move(call));
  return {};
}

// A range behind the end is refused, as is any of an empty object.
bool S3Client::is_success(const Call& call, const http::Reply& reply) const {
  return (reply.status >= 200 && reply.status < 300) ||
         (call.action == S3Action::get && reply.status == kNoSuchRange);
}

/// Has the call sent again, or says why that makes no sense.
std::optional<Error> S3Client::retry(Call call, const http::Reply& reply) {
  const auto refusal = read_refusal(call.action, reply, host_url(call.region));
  answered_ = answered_ || refusal.answered;
  const auto now = options_.now();
  if (!refusal.region.empty() && refusal.region != call.region && !call.redirected) {
    call.redirected = true;
    options_.region = refusal.region;
    waiting_.emplace(now, std::move(call));
    return std::nullopt;
  }
  const auto since = std::chrono::duration_cast<http::Milliseconds>(now - call.first_sent);
  if (const auto wait = wait_before_retry(refusal, reply, answered_, since, *call.backoff)) {
    waiting_.emplace(now + *wait, std::move(call));
    return std::nullopt;
  }
  return Error{shown(call) + refusal.reason, refusal.hint};
}

// ---- many of them -------------------------------------------------------------------------------

/// Runs the calls that `next` has (nothing: none now), and hands their replies to `done`.
Status S3Client::run(const std::function<Result<std::optional<Call>>()>& next,
                     const std::function<Status(const Call&, http::Reply&)>& done) {
  Calls under_way;
  const auto fill = [&]() -> Status {
    while (!waiting_.empty() && waiting_.begin()->first <= options_.now()) {
      auto call = std::move(waiting_.extract(waiting_.begin()).mapped());
      TRY(start(std::move(call), under_way));
    }
    while (under_way.size() + waiting_.size() < options_.parallel) {
      auto call = TRY(next());
      if (!call) break;
      TRY(start(std::move(*call), under_way));
    }
    return {};
  };
  const auto step = [&]() -> Status {
    const auto wait = wait_for_first(waiting_, options_.now());
    for (auto& [id, reply] : transport_.wait(wait)) {
      auto call = std::move(under_way.extract(id).mapped());
      if (!is_success(call, reply)) {
        if (auto error = retry(std::move(call), reply)) return *error;
        continue;
      }
      answered_ = true;
      TRY(done(call, reply));
    }
    return {};
  };
  for (;;) {
    auto status = fill();
    if (status.ok() && under_way.empty() && waiting_.empty()) return status;
    if (status.ok()) status = step();
    if (status.ok()) continue;
    transport_.cancel_all();
    waiting_.clear();
    return status;
  }
}

Result<http::Reply> S3Client::ask(Call call) {
  std::optional<Call> only(std::move(call));
  http::Reply answer;
  TRY(run([&]() -> Result<std::optional<Call>> { return std::exchange(only, {}); },
          [&](const Call&, http::Reply& reply) {
            answer = std::move(reply);
            return Status();
          }));
  return answer;
}

// ---- what they are for --------------------------------------------------------------------------

Status S3Client::list(const std::string& prefix,
                      const std::function<void(std::string_view key)>& found) {
  Call call(S3Action::list, prefix);
  const std::string first = "encoding-type=url&list-type=2&prefix=" + percent_encoded(prefix);
  call.query = first;
  for (std::string token;;) {
    auto reply = TRY(ask(call));
    const auto page = read_page(reply.body);
    if (!page) {
      const auto refusal = read_refusal(S3Action::list, reply, host_url(options_.region));
      return Error{shown(call) + refusal.reason, refusal.hint};
    }
    for (const auto& key : page->keys) found(key);
    if (page->next.empty()) return {};
    if (page->next == token) return Error{shown(call) + "its pages do not end", ""};
    token = page->next;
    call.query = "continuation-token=" + percent_encoded(token) + "&" + first;
  }
}

Status S3Client::get(const std::string& key,
                     const std::function<Status(std::string_view bytes)>& take) {
  Call call(S3Action::get, key);
  for (size_t begin = 0;; begin += kRangeBytes) {
    call.range = "bytes=" + std::to_string(begin) + "-" + std::to_string(begin + kRangeBytes - 1);
    auto reply = TRY(ask(call));
    if (reply.status == kNoSuchRange) return {};
    // A server that knows no ranges sends the whole, which at the start will do.
    const bool whole = reply.status != 206;
    if (whole && begin > 0) return Error{shown(call) + "the server knows no ranges", ""};
    TRY(take(reply.body));
    if (whole || reply.body.size() < kRangeBytes) return {};
  }
}

namespace {

/// Uploads by chain: of each, one at a time.
class Chains {
 public:
  explicit Chains(const std::vector<S3Upload>& uploads) : there_(uploads.size()) {
    for (size_t i = 0; i < uploads.size(); ++i) {
      auto& chain = chains_[uploads[i].chain];
      if (chain.empty()) ready_.push_back(i);
      chain.push_back(i);
    }
  }

  std::optional<size_t> next() {
    if (ready_.empty()) return std::nullopt;
    const size_t number = ready_.front();
    ready_.pop_front();
    return number;
  }
  /// `upload`, which `next` gave, is there. How many of the first ones are.
  size_t finish(size_t number, const S3Upload& upload) {
    there_[number] = true;
    auto& chain = chains_[upload.chain];
    chain.pop_front();
    if (!chain.empty()) ready_.push_back(chain.front());
    while (first_ < there_.size() && there_[first_]) ++first_;
    return first_;
  }

 private:
  std::unordered_map<std::string, std::deque<size_t>> chains_;
  std::deque<size_t> ready_;
  std::vector<bool> there_;
  size_t first_ = 0;  // that is not there
};

}  // namespace

Status S3Client::put(const std::vector<S3Upload>& uploads,
                     const std::function<Status(size_t count)>& there) {
  Chains chains(uploads);
  size_t known = 0;
  const auto next = [&]() -> Result<std::optional<Call>> {
    const auto number = chains.next();
    if (!number) return std::optional<Call>();
    const auto& upload = uploads[*number];
    const auto body = TRY(hash_file(upload.file));
    Call call(S3Action::put, upload.key);
    call.file = upload.file;
    call.file_size = body.size;
    call.body_hash = body.sha256_hex;
    call.number = *number;
    return std::optional(std::move(call));
  };
  return run(next, [&](const Call& call, http::Reply&) {
    const size_t count = chains.finish(call.number, uploads[call.number]);
    if (count == known) return Status();
    known = count;
    return there(count);
  });
}

}  // namespace pinpipe::aws
