// What carries requests to a server and brings replies back: an interface, so that the sender can
// be tested without a network and without waiting.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinpipe::http {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Milliseconds = std::chrono::milliseconds;

struct Request {
  std::string url;
  std::string_view method;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string_view body;             ///< must live until its reply came, or cancel_all
  std::string body_file;             ///< a file that is the body; it must live as long
  uint64_t body_file_size = 0;
  std::optional<Milliseconds> timeout;  ///< less than the usual
};

struct Reply {
  int status = 0;  ///< 0: there was no whole reply, and `failure` says why
  std::string failure;
  std::string failure_hint;
  bool timed_out = false;        ///< no whole reply within the time for it
  bool failed_for_good = false;  ///< no later try can succeed: a certificate, a wrong URL

  std::string retry_after;  ///< headers; "" without
  std::string date;
  std::string location;
  std::string error_type;     ///< x-amzn-ErrorType
  std::string bucket_region;  ///< x-amz-bucket-region
  std::string body;
};

class Transport {
 public:
  struct Arrival {
    uint64_t id;
    Reply reply;
  };

  virtual ~Transport() = default;

  /// Sends `request`, whose reply will be known by `id`.
  virtual void start(uint64_t id, const Request& request) = 0;
  /// Waits for replies, at most so long (nothing: for ever), or until `wake`. May return none.
  virtual std::vector<Arrival> wait(std::optional<Milliseconds> at_most) = 0;
  /// Drops all that is under way: no reply will come for it.
  virtual void cancel_all() = 0;
  /// Ends a `wait`, also the next one if none is under way. Safe from another thread.
  virtual void wake() = 0;
};

}  // namespace pinpipe::http
