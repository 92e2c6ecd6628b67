#include "options.h"

#include <filesystem>
#include <random>

#include "aws/endpoint.h"
#include "delivery/headers.h"

namespace pinpipe {
namespace {

constexpr const char* kHeaderVariable = "PINPIPE_HEADERS";

delivery::Milliseconds milliseconds(double seconds) {
  return delivery::Milliseconds(static_cast<int64_t>(seconds * 1000));
}

/// Of the file first, then of the environment.
Result<std::vector<std::string>> all_headers(const std::string& file,
                                             const aws::Environment& environment) {
  std::vector<std::string> headers;
  if (!file.empty()) {
    auto read = delivery::read_headers(file);
    if (!read.ok()) return read;
    headers = std::move(*read);
  }
  auto more = delivery::parse_headers(environment(kHeaderVariable).value_or(""),
                                      std::string("the variable ") + kHeaderVariable);
  if (!more.ok()) return more;
  headers.insert(headers.end(), more->begin(), more->end());
  return headers;
}

delivery::Secrets secrets_in(const std::vector<std::string>& headers,
                             const Result<aws::Credentials>& credentials) {
  delivery::Secrets secrets;
  for (const auto& header : headers) {
    const auto value = delivery::header_value(header);
    secrets.add(value);
    secrets.add(value.substr(value.rfind(' ') + 1));  // what is behind "Basic" or "Bearer"
  }
  if (credentials.ok()) {
    secrets.add(credentials.value().secret_key);
    secrets.add(credentials.value().session_token);
  }
  return secrets;
}

delivery::SenderOptions sender_options(const SendFlags& flags) {
  delivery::SenderOptions options;
  options.parallel = flags.parallel;
  options.batches.linger = delivery::Milliseconds(flags.linger_ms);
  options.batches.max_records = flags.max_records.value_or(options.batches.max_records);
  options.batches.max_bytes = flags.max_bytes.value_or(options.batches.max_bytes);
  options.retry.retries = flags.retries;
  options.retry.max_time = milliseconds(flags.retry_max_time_s);
  options.offsets = flags.verbose;
  options.seed = std::random_device()();
  return options;
}

bool is_one_file(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(a, error) && !fs::exists(b, error))
    return fs::absolute(a, error).lexically_normal() == fs::absolute(b, error).lexically_normal();
  return fs::is_regular_file(a, error) && fs::equivalent(a, b, error);
}

/// The reports take the place of the file that -o names: dead letters in it would be gone, and so
/// would requests that were not delivered.
Status check_output(const SendFlags& flags, const CLI::App& app) {
  for (const auto& output : app.get_option("--output")->results()) {
    if (!flags.dead_letter.empty() && is_one_file(output, flags.dead_letter))
      return Error{"'" + output + "' cannot take both reports and dead letters", "name two files"};
    for (const auto& input : app.get_option("FILE")->results()) {
      if (!is_one_file(output, input)) continue;
      return Error{"'" + output + "' is read, so it cannot take reports", "name another file"};
    }
  }
  return {};
}

void declare_retries(CLI::App& app, SendFlags& flags) {
  app.add_option("--timeout", flags.timeout_s,
                 "Wait up to SECONDS for a request and its reply (default 30).")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, 1e6));
  app.add_option("--retries", flags.retries,
                 "Try a request up to N times more while none of its records gets through (default "
                 "8), with waits that grow from 0.1 s to 20 s, half of that on average, or as long "
                 "as the server asks for. While a destination stays down, each further request "
                 "has one try.")
      ->type_name("N");
  app.add_option("--retry-max-time", flags.retry_max_time_s,
                 "Try no more when a request is SECONDS old (default 300).")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 1e6));
}

void declare_batches(CLI::App& app, SendFlags& flags) {
  auto* linger = app.add_option("--linger", flags.linger_ms,
                                "Wait MS milliseconds for more requests to the same destination, "
                                "and send them as one (default 0: each as it came).")
                     ->type_name("MS")
                     ->check(CLI::Range(uint64_t(0), uint64_t(3'600'000)));
  app.add_option("--max-records", flags.max_records,
                 "With --linger, send up to N records as one (default 500).")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->needs(linger);
  app.add_option("--max-bytes", flags.max_bytes,
                 "With --linger, send up to BYTES as one (default 1000000).")
      ->type_name("BYTES")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::PositiveNumber)
      ->needs(linger);
}

}  // namespace

void declare(CLI::App& app, SendFlags& flags) {
  app.add_option("--url", flags.url,
                 "Send to the Kafka REST proxy, API gateway or Kinesis endpoint at BASE; "
                 "BASE/v3/clusters/ID for REST v3. Without, to Kinesis itself, which "
                 "is at AWS_ENDPOINT_URL if that is set, else at Amazon's endpoint of the region.")
      ->type_name("BASE");
  app.add_option("--dead-letter", flags.dead_letter,
                 "Append what could not be delivered to FILE, as lines that can be sent again, "
                 "with reason and status.")
      ->type_name("FILE");
  app.add_option("--parallel", flags.parallel,
                 "Send to N topics or streams at once (default 4). Within one, order is kept.")
      ->type_name("N")
      ->check(CLI::Range(1u, 1000u));
  declare_retries(app, flags);
  declare_batches(app, flags);
  app.add_option("--header-file", flags.header_file,
                 "Add the headers in FILE to each request, a line 'Name: value' each: API keys. So "
                 "does the variable PINPIPE_HEADERS.")
      ->type_name("FILE");
  app.add_option("--cacert", flags.ca_file,
                 "Trust the certificate authorities in FILE (PEM), instead of the system's.")
      ->type_name("FILE");
  app.add_flag("--verbose", flags.verbose,
               "Report partition and offset, or shard and sequence number, of each record.");
}

Status check(const SendFlags& flags, const CLI::App& app) {
  if (auto status = check_output(flags, app); !status.ok()) return status;
  return flags.url.empty() ? Status() : delivery::check_base_url(flags.url);
}

Result<SendRun> resolve(const SendFlags& flags) {
  const auto environment = aws::process_environment();
  auto headers = all_headers(flags.header_file, environment);
  if (!headers.ok()) return headers.error();

  delivery::EndpointOptions where;
  where.url = flags.url;
  where.region = aws::find_region(environment);
  where.kinesis_url = aws::service_url("kinesis", where.region, environment);
  where.credentials = aws::find_credentials(environment);
  where.headers = *headers;
  delivery::CurlOptions curl;
  curl.timeout = milliseconds(flags.timeout_s);
  curl.ca_file = flags.ca_file;
  curl.connections = flags.parallel;
  auto sender = sender_options(flags);
  sender.secrets = secrets_in(*headers, where.credentials);
  auto endpoint = delivery::Endpoint::create(std::move(where));
  if (!endpoint.ok()) return endpoint.error();
  return SendRun{std::move(*endpoint), std::move(curl), std::move(sender), flags.dead_letter};
}

}  // namespace pinpipe
