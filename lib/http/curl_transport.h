// The transport of libcurl: connections that are kept, several requests at once in one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "http/transport.h"

namespace pinpipe::http {

struct CurlOptions {
  Milliseconds timeout{30'000};  ///< of one request with its reply
  Milliseconds silence{0};       ///< ends a request, however long it may take; 0: not looked at
  std::string ca_file;           ///< "" is the system's
  std::string ca_setting = "--cacert";          ///< what names such a file, for hints
  bool proxy = true;                            ///< that of the environment
  unsigned connections = 4;                     ///< to keep
  uint32_t receive_bytes = 16 * 1024;           ///< at a time, of each connection; up to 512 KiB
  uint64_t max_reply_bytes = 16 * 1024 * 1024;  ///< a longer reply is a failure
};

class CurlTransport : public Transport {
 public:
  /// Errors: `ca_file` cannot be read.
  static Result<std::unique_ptr<CurlTransport>> create(CurlOptions options);
  ~CurlTransport() override;

  /// Makes `wait` return when `fd` can be read.
  void watch(int fd) { watched_ = fd; }

  void start(uint64_t id, const Request& request) override;
  std::vector<Arrival> wait(std::optional<Milliseconds> at_most) override;
  void cancel_all() override;
  void wake() override;

 private:
  struct BodyFile;
  struct Transfer;
  struct Global;

  explicit CurlTransport(CurlOptions options);
  std::unique_ptr<Transfer> idle_transfer();
  void prepare(Transfer& transfer, const Request& request);
  void collect(std::vector<Arrival>& arrivals);

  CurlOptions options_;
  void* multi_;
  int watched_ = -1;
  std::unordered_map<void*, std::unique_ptr<Transfer>> busy_;  // by easy handle
  std::vector<std::unique_ptr<Transfer>> idle_;
};

}  // namespace pinpipe::http
