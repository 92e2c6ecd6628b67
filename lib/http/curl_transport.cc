#include "http/curl_transport.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/ascii.h"
#include "http/headers.h"

namespace pinpipe::http {
namespace {

constexpr int kLongWaitMs = 60'000;

/// Failures that no later try can mend; all others may pass.
struct CodeRow {
  CURLcode code;
  const char* hint;
};
constexpr CodeRow kForGood[] = {
    {CURLE_PEER_FAILED_VERIFICATION,
     "the server's certificate is not trusted: give that of its authority with "},  // and
                                                                                    // ca_setting
    {CURLE_SSL_CACERT_BADFILE, "give a file of certificates in PEM form with "},
    {CURLE_SSL_ISSUER_ERROR, ""},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, ""},
    {CURLE_UNSUPPORTED_PROTOCOL, "a URL is http://HOST[:PORT][/PATH], or https://…"},
    {CURLE_URL_MALFORMAT, "a URL is http://HOST[:PORT][/PATH], or https://…"},
    {CURLE_ABORTED_BY_CALLBACK, ""},  // from BodyFile only
};

// OpenSSL of a reply that is no TLS.
constexpr std::string_view kNoTls = "wrong version number";

/// What libcurl says only from its own side.
struct MeaningRow {
  CURLcode code;
  const char* words;
};
constexpr MeaningRow kMeanings[] = {
    {CURLE_ABORTED_BY_CALLBACK, "the file to send cannot be read"},
    // 7.88.1 says so of a line of its buffers that grows over 100 KB (CURL_MAX_HTTP_HEADER), too.
    {CURLE_OUT_OF_MEMORY, "a header of the reply is too long, or memory is short"},
};

size_t take_header(char* bytes, size_t, size_t size, void* user) {
  auto& reply = *static_cast<Reply*>(user);
  const std::string_view header(bytes, size);
  const std::pair<std::string_view, std::string*> wanted[] = {
      {"retry-after", &reply.retry_after},
      {"date", &reply.date},
      {"location", &reply.location},
      {"x-amzn-errortype", &reply.error_type},
      {"x-amz-bucket-region", &reply.bucket_region}};
  for (const auto& [name, to] : wanted) {
    if (!equal_but_for_case(header_name(header), name)) continue;
    *to = header_value(header);
    to->erase(to->find_last_not_of("\r\n") + 1);
  }
  return size;
}

Reply failed(CURLcode code, const char* words, Reply reply, const CurlOptions& options) {
  reply.status = 0;
  reply.timed_out = code == CURLE_OPERATION_TIMEDOUT;
  reply.failure = *words != '\0' ? words : curl_easy_strerror(code);
  for (const auto& row : kMeanings) {
    if (row.code == code) reply.failure = row.words;
  }
  if (code == CURLE_WRITE_ERROR) {  // from take_body only
    reply.failure =
        "the reply is larger than " + std::to_string(options.max_reply_bytes >> 20) + " MiB";
  }
  if (reply.failure.find(kNoTls) != std::string::npos)
    reply.failure += ": perhaps the server speaks http:// only";
  for (const auto& row : kForGood) {
    if (row.code != code) continue;
    reply.failed_for_good = true;
    reply.failure_hint = row.hint;
    if (reply.failure_hint.ends_with(' ')) reply.failure_hint += options.ca_setting;
  }
  return reply;
}

}  // namespace

/// What is sent from a file.
struct CurlTransport::BodyFile {
  int fd = -1;
  off_t at = 0;

  ~BodyFile() { end(); }
  void start(const std::string& path) {
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    at = 0;
  }
  void end() {
    if (fd >= 0) close(fd);
    fd = -1;
  }
  static size_t read(char* to, size_t, size_t size, void* user) {
    auto& file = *static_cast<BodyFile*>(user);
    const ssize_t got = pread(file.fd, to, size, file.at);
    if (got < 0) return CURL_READFUNC_ABORT;
    file.at += got;
    return static_cast<size_t>(got);
  }
  /// A connection that was kept may turn out to be closed when the body is on its way.
  static int seek(void* user, curl_off_t offset, int origin) {
    if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    static_cast<BodyFile*>(user)->at = offset;
    return CURL_SEEKFUNC_OK;
  }
};

struct CurlTransport::Transfer {
  struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  Transfer() : easy(curl_easy_init()) {
    if (easy == nullptr) throw std::bad_alloc();
  }
  ~Transfer() { curl_easy_cleanup(easy); }
  Transfer(const Transfer&) = delete;

  static size_t take_body(char* bytes, size_t, size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    auto& body = transfer.reply.body;
    if (body.size() + size > transfer.max_reply_bytes) return 0;
    if (body.empty()) transfer.reserve_body();
    body.append(bytes, size);
    return size;
  }
  /// What is to come, where that is known and not absurd: growing step by step copies it.
  void reserve_body() {
    curl_off_t length = -1;
    if (curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) != CURLE_OK) return;
    if (length > 0 && static_cast<uint64_t>(length) <= max_reply_bytes)
      reply.body.reserve(static_cast<size_t>(length) + 1);
  }

  void add_header(const std::string& header) {
    curl_slist* longer = curl_slist_append(headers.get(), header.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    (void)headers.release();
    headers.reset(longer);
  }

  template <class T>
  void set(CURLoption option, T value) {
    // The type of the value goes with the option; a failure shows when the transfer is performed.
    (void)curl_easy_setopt(easy, option, value);
  }

  CURL* easy;
  uint64_t id = 0;
  uint64_t max_reply_bytes = 0;
  Reply reply;
  BodyFile file;
  std::unique_ptr<curl_slist, ListDeleter> headers;
  char words[CURL_ERROR_SIZE] = "";
};

/// libcurl wants to be initialised before threads are, once.
struct CurlTransport::Global {
  Global() { curl_global_init(CURL_GLOBAL_DEFAULT); }
  ~Global() { curl_global_cleanup(); }
};

Result<std::unique_ptr<CurlTransport>> CurlTransport::create(CurlOptions options) {
  static const Global kGlobal;
  if (!options.ca_file.empty() && access(options.ca_file.c_str(), R_OK) != 0)
    return system_error("read", options.ca_file, errno);
  std::unique_ptr<CurlTransport> transport(new CurlTransport(std::move(options)));
  // Where libcurl got no descriptors for this it says so only here, and would never be woken.
  if (curl_multi_wakeup(transport->multi_) != CURLM_OK) {
    return Error{"cannot wait for replies: no descriptors are left",
                 "'ulimit -n' shows how many a process may have"};
  }
  return transport;
}

CurlTransport::CurlTransport(CurlOptions options)
    : options_(std::move(options)), multi_(curl_multi_init()) {
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.connections));
}

CurlTransport::~CurlTransport() {
  cancel_all();
  idle_.clear();
  curl_multi_cleanup(multi_);
}

std::unique_ptr<CurlTransport::Transfer> CurlTransport::idle_transfer() {
  if (idle_.empty()) return std::make_unique<Transfer>();
  auto transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

void CurlTransport::start(uint64_t id, const Request& request) {
  auto transfer = idle_transfer();
  transfer->id = id;
  transfer->reply = {};
  transfer->words[0] = '\0';
  prepare(*transfer, request);
  curl_multi_add_handle(multi_, transfer->easy);
  busy_[transfer->easy] = std::move(transfer);
}

void CurlTransport::prepare(Transfer& transfer, const Request& request) {
  curl_easy_reset(transfer.easy);
  transfer.headers.reset();
  for (const auto& header : request.headers) transfer.add_header(header);
  transfer.add_header("Expect:");  // a question before each large body would cost a round trip
  transfer.set(CURLOPT_URL, request.url.c_str());
  transfer.set(CURLOPT_PATH_AS_IS, 1L);
  transfer.set(CURLOPT_PROTOCOLS_STR, "http,https");
  transfer.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  transfer.set(CURLOPT_NOSIGNAL, 1L);
  transfer.set(CURLOPT_USERAGENT, "pinpipe");
  transfer.set(CURLOPT_HTTPHEADER, transfer.headers.get());
  if (!request.body_file.empty()) {
    transfer.file.start(request.body_file);
    transfer.set(CURLOPT_UPLOAD, 1L);
    transfer.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body_file_size));
    transfer.set(CURLOPT_READFUNCTION, BodyFile::read);
    transfer.set(CURLOPT_READDATA, &transfer.file);
    transfer.set(CURLOPT_SEEKFUNCTION, BodyFile::seek);
    transfer.set(CURLOPT_SEEKDATA, &transfer.file);
  } else if (request.method != "GET") {
    transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    transfer.set(CURLOPT_POSTFIELDS, request.body.data());
    transfer.set(CURLOPT_CUSTOMREQUEST, std::string(request.method).c_str());
  }
  const auto timeout = std::min(request.timeout.value_or(options_.timeout), options_.timeout);
  transfer.set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  if (options_.silence.count() > 0) {
    transfer.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.silence.count()));
    transfer.set(CURLOPT_LOW_SPEED_LIMIT, 1L);  // byte a second
    transfer.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.silence.count() / 1000));
  }
  if (!options_.proxy) transfer.set(CURLOPT_NOPROXY, "*");
  transfer.set(CURLOPT_ERRORBUFFER, transfer.words);
  transfer.set(CURLOPT_BUFFERSIZE, static_cast<long>(options_.receive_bytes));
  transfer.max_reply_bytes = options_.max_reply_bytes;
  transfer.set(CURLOPT_WRITEFUNCTION, Transfer::take_body);
  transfer.set(CURLOPT_WRITEDATA, &transfer);
  transfer.set(CURLOPT_HEADERFUNCTION, take_header);
  transfer.set(CURLOPT_HEADERDATA, &transfer.reply);
  if (!options_.ca_file.empty()) transfer.set(CURLOPT_CAINFO, options_.ca_file.c_str());
}

std::vector<Transport::Arrival> CurlTransport::wait(std::optional<Milliseconds> at_most) {
  std::vector<Arrival> arrivals;
  collect(arrivals);
  if (!arrivals.empty()) return arrivals;
  curl_waitfd watched{watched_, CURL_WAIT_POLLIN, 0};
  const auto most = at_most.value_or(Milliseconds(kLongWaitMs)).count();
  const int wait_ms = static_cast<int>(std::clamp<int64_t>(most, 0, kLongWaitMs));
  curl_multi_poll(multi_, &watched, watched_ >= 0 ? 1 : 0, wait_ms, nullptr);
  collect(arrivals);
  return arrivals;
}

void CurlTransport::collect(std::vector<Arrival>& arrivals) {
  int running = 0;
  curl_multi_perform(multi_, &running);
  int queued = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &queued)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    auto transfer = std::move(busy_.extract(message->easy_handle).mapped());
    curl_multi_remove_handle(multi_, transfer->easy);
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    transfer->reply.status = static_cast<int>(status);
    transfer->file.end();
    auto reply = std::move(transfer->reply);
    if (code != CURLE_OK) reply = failed(code, transfer->words, std::move(reply), options_);
    arrivals.push_back({transfer->id, std::move(reply)});
    idle_.push_back(std::move(transfer));
  }
}

void CurlTransport::cancel_all() {
  for (auto& [easy, transfer] : busy_) curl_multi_remove_handle(multi_, easy);
  busy_.clear();
}

void CurlTransport::wake() { curl_multi_wakeup(multi_); }

}  // namespace pinpipe::http
