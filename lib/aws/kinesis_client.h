// Calls of the Kinesis API, several at once, with retries.
//
// What may pass is tried again after a while (http/backoff.h): throttling, faults of the server and
// of the network, and a reply that is cut short. All calls but CreateStream and DeleteStream only
// read, and those two say so when they were done before. For one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "aws/service.h"
#include "base/status.h"
#include "http/backoff.h"
#include "http/transport.h"
#include "wire/kinesis_api.h"

namespace pinpipe::aws {

using wire::RecordsPage;
using wire::Shard;
using wire::ShardPage;
using wire::StreamPage;
using wire::StreamSummary;

/// Those of the environment. Errors: a variable that has no such value, no region.
Result<ServiceOptions> kinesis_options(const Environment& environment);

enum class KinesisAction : uint8_t {
  list_shards,
  get_shard_iterator,
  get_records,
  describe_stream_summary,
  list_streams,
  create_stream,
  delete_stream
};

struct KinesisError {
  std::string code;  ///< of Kinesis; "" where it did not answer
  Error error;
};

/// How a call ended.
struct KinesisDone {
  /// By action: ShardPage, std::string (an iterator), RecordsPage, StreamSummary, StreamPage;
  /// nothing of CreateStream and DeleteStream.
  using Answer =
      std::variant<std::monostate, ShardPage, std::string, RecordsPage, StreamSummary, StreamPage>;

  uint64_t id = 0;
  Answer answer;
  http::Reply reply;
  std::optional<KinesisError> error;  ///< if set, neither answer nor reply is
  bool throttled = false;             ///< before it succeeded
};

class KinesisClient {
 public:
  /// REQUIRES: options.region is set; `transport` outlives it, and carries no requests of others.
  KinesisClient(ServiceOptions options, http::Transport& transport);
  ~KinesisClient();

  /// Starts a call with these arguments, a JSON object. The number is that of its KinesisDone.
  uint64_t start(KinesisAction action, std::string arguments);
  /// Calls that have ended; waits for one, at most so long (nothing: for ever), or until the
  /// transport is woken. May return none.
  std::vector<KinesisDone> wait(std::optional<http::Milliseconds> at_most);
  /// One call to its end. REQUIRES: no other is under way.
  KinesisDone ask(KinesisAction action, std::string arguments);

  /// Where it is, for words.
  const std::string& url() const { return url_; }

 private:
  struct Call;

  void send_due(std::vector<KinesisDone>& done);
  Status send(Call call);
  std::optional<KinesisDone> settle(Call call, http::Reply reply);
  std::optional<KinesisDone> retry(Call call, const http::Reply& reply);

  ServiceOptions options_;
  http::Transport& transport_;
  std::string url_;
  std::unordered_map<uint64_t, Call> under_way_;
  std::multimap<http::TimePoint, Call> waiting_;  // by when they are sent
  uint64_t next_id_ = 0;
  bool answered_ = false;  // Kinesis has, once
};

/// Whether `stream` can be a stream's name or ARN. Errors: misuse.
Status check_stream(const std::string& stream);

/// Why a request was refused.
struct KinesisRefusal : Refusal {
  std::string code;        ///< "ExpiredIteratorException"; "" where Kinesis did not answer
  bool throttled = false;  ///< there were too many requests, or too much was read
};

/// REQUIRES: `reply` is no success. `action` is that of the API, `address` where the reply came
/// from, both for words.
KinesisRefusal read_kinesis_refusal(const std::string& action, const http::Reply& reply,
                                    const std::string& address);

}  // namespace pinpipe::aws
