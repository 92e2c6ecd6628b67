#include "options.h"

#include <random>

#include "aws/credential_source.h"
#include "aws/service.h"
#include "http/headers.h"

namespace pinpipe {
namespace {

bool goes_to_brokers(const SendFlags& flags) {
  return !flags.bootstrap.empty() || !flags.config.empty();
}

constexpr const char* kHeaderVariable = "PINPIPE_HEADERS";

/// Of the file first, then of the environment.
Result<std::vector<std::string>> all_headers(const std::string& file,
                                             const aws::Environment& environment) {
  std::vector<std::string> headers;
  if (!file.empty()) {
    auto read = http::read_headers(file);
    if (!read.ok()) return read;
    headers = std::move(*read);
  }
  auto more = http::parse_headers(environment(kHeaderVariable).value_or(""),
                                  std::string("the variable ") + kHeaderVariable);
  if (!more.ok()) return more;
  headers.insert(headers.end(), more->begin(), more->end());
  return headers;
}

void add_secrets(const std::vector<std::string>& headers, http::Secrets& to) {
  for (const auto& header : headers) {
    const auto value = http::header_value(header);
    to.add(value);
    to.add(value.substr(value.rfind(' ') + 1));  // what is behind "Basic" or "Bearer"
  }
}

// A broker acknowledges what is sent together, so that one record at a time would be slow.
constexpr delivery::BatchLimits kBrokerBatches{http::Milliseconds(5), 100'000, 4'000'000};

delivery::SenderOptions sender_options(const SendFlags& flags) {
  delivery::SenderOptions options;
  options.parallel = flags.parallel;
  if (goes_to_brokers(flags)) options.batches = kBrokerBatches;
  options.batches.linger = flags.linger.value_or(options.batches.linger);
  options.batches.max_records = flags.max_records.value_or(options.batches.max_records);
  options.batches.max_bytes = flags.max_bytes.value_or(options.batches.max_bytes);
  options.retry.retries = flags.retries;
  options.retry.max_time = flags.retry_max_time;
  options.offsets = flags.verbose;
  options.seed = std::random_device()();
  return options;
}

/// The flags that say where to send.
struct ConnectionFlags {
  cli::Flag bootstrap;
  cli::Flag config;
};

/// Of a flag that is only for HTTP.
void of_http(const cli::Flag& flag, const ConnectionFlags& connection) {
  flag.excludes(connection.bootstrap).excludes(connection.config);
}

ConnectionFlags declare_connection(cli::Flags& flags, SendFlags& to) {
  const auto& url =
      flags.text("--url", to.url, "BASE",
                 "Send to the Kafka REST proxy, API gateway or Kinesis endpoint at BASE; "
                 "BASE/v3/clusters/ID for REST v3. Without, to Kinesis itself, which "
                 "is at AWS_ENDPOINT_URL if that is set, else at Amazon's endpoint of the region.");
  const auto bootstrap = flags.text(
      "--bootstrap", to.bootstrap, "SERVERS",
      "Write to the brokers of Kafka at HOST:PORT themselves. Several have commas between. With "
      "--config they may stand in that, or in the variable KAFKA_BOOTSTRAP.");
  const auto config = flags.input_file(
      "--config", to.config,
      "Write to brokers, with properties of the client from FILE. Each is a line key=value of "
      "librdkafka: security.protocol, sasl.mechanism, sasl.username, sasl.password ... A "
      "client.properties of Java that logs in to MSK by IAM is taken as it is.");
  bootstrap.excludes(url);
  config.excludes(url);
  return {bootstrap, config};
}

void declare_retries(cli::Flags& flags, SendFlags& to, const ConnectionFlags& connection) {
  of_http(flags.duration("--timeout", to.timeout, cli::kSecond, {1},
                         "Wait up to DURATION for a request and its reply (default 30s). A bare "
                         "number is seconds."),
          connection);
  of_http(
      flags.count(
          "--retries", to.retries, {0, 1'000'000'000},
          "Try a request up to N times more (default 8). That is while none of its records gets "
          "through, with waits that grow from 0.1 s to 20 s, half of that on average, or as long "
          "as the server asks for. While a destination stays down, each further request "
          "has one try."),
      connection);
  flags.duration("--retry-max-time", to.retry_max_time, cli::kSecond, {},
                 "Try no more when a request is DURATION old (default 5m). A bare number is "
                 "seconds.");
}

void declare_batches(cli::Flags& flags, SendFlags& to) {
  flags.duration("--linger", to.linger, cli::kMillisecond, {0, 3'600'000},
                 "Wait DURATION for more requests to the same destination, and send "
                 "them as one (default 0: each as it came; to brokers 5ms). A bare number is "
                 "milliseconds.");
  flags.count("--max-records", to.max_records, {1},
              "With --linger, send up to N records as one (default 500; to brokers 100000).");
  flags.bytes("--max-bytes", to.max_bytes, {1},
              "With --linger, send up to BYTES as one (default 1000000; to brokers 4000000).");
}

}  // namespace

void declare(cli::Flags& flags, SendFlags& to) {
  const auto connection = declare_connection(flags, to);
  flags.output_file("--dead-letter", to.dead_letter,
                    "Append what could not be delivered to FILE, as lines that can be sent again, "
                    "with reason and status.");
  flags.count("--parallel", to.parallel, {1, 1000},
              "Send to N topics or streams at once (default 4). Within one, order is kept.");
  declare_retries(flags, to, connection);
  declare_batches(flags, to);
  of_http(flags.input_file("--header-file", to.header_file,
                           "Add the headers in FILE to each request, a line 'Name: value' each: "
                           "API keys. So does the variable PINPIPE_HEADERS."),
          connection);
  of_http(
      flags.input_file("--cacert", to.ca_file,
                       "Trust the certificate authorities in FILE (PEM), instead of the system's."),
      connection);
  flags.flag("--verbose", to.verbose,
             "Report partition and offset, or shard and sequence number, of each record.");
}

Status check(const SendFlags& flags) {
  const bool batches = goes_to_brokers(flags) || flags.linger.has_value();
  if (!batches && flags.max_records) return Error{"--max-records needs --linger", ""};
  if (!batches && flags.max_bytes) return Error{"--max-bytes needs --linger", ""};
  return flags.url.empty() ? Status() : delivery::check_base_url(flags.url);
}

namespace {

/// Secrets that it meets are added to `secrets`.
Result<HttpConnection> resolve_http(const SendFlags& flags,
                                    const std::shared_ptr<http::Secrets>& secrets) {
  const auto environment = aws::process_environment();
  auto headers = TRY(all_headers(flags.header_file, environment));
  add_secrets(headers, *secrets);

  delivery::EndpointOptions where;
  where.url = flags.url;
  where.region = aws::find_region(environment);
  where.kinesis_url = aws::service_url("kinesis", where.region, environment);
  where.headers = std::move(headers);
  const auto source = aws::process_credentials([secrets](const auto& found) {
    secrets->add(found.secret_key);
    secrets->add(found.session_token);
  });
  where.credentials = [source] { return source->get(); };
  http::CurlOptions curl;
  curl.timeout = flags.timeout;
  curl.ca_file = flags.ca_file;
  curl.connections = flags.parallel;
  auto endpoint = TRY(delivery::Endpoint::create(std::move(where)));
  return HttpConnection{std::move(endpoint), std::move(curl)};
}

Result<kafka::ProducerOptions> resolve_brokers(const SendFlags& flags) {
  auto properties = TRY(kafka::client_properties(flags.config, flags.bootstrap));
  return kafka::ProducerOptions{std::move(properties), flags.retry_max_time};
}

}  // namespace

Result<SendRun> resolve(const SendFlags& flags) {
  SendRun run{{}, sender_options(flags), flags.dead_letter};
  if (goes_to_brokers(flags)) {
    run.connection = TRY(resolve_brokers(flags));
  } else {
    run.connection = TRY(resolve_http(flags, run.sender.secrets));
  }
  return run;
}

}  // namespace pinpipe
