#include "kafka/properties.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string_view>

#include "base/ascii.h"

namespace pinpipe::kafka {
namespace {

/// The faults that its log tells reach us as errors, too.
void ignore_log(const rd_kafka_t*, int, const char*, const char*) {}

constexpr const char* kBootstrap = "bootstrap.servers";
constexpr const char* kVariable = "KAFKA_BOOTSTRAP";

bool names_kafka(const std::vector<Property>& properties) {
  return std::ranges::any_of(properties, [](const Property& property) {
    return property.key == kBootstrap || property.key == "metadata.broker.list";
  });
}

constexpr const char* kHint =
    "properties are those of librdkafka (CONFIGURATION.md), which are not all that Java has";

/// What files for Java have, and what to write instead.
struct JavaOnly {
  std::string_view start;  // of the key
  const char* hint;
};
constexpr JavaOnly kJavaOnly[] = {
    {"ssl.truststore.",
     "leave it out for certificates that the system trusts, as Amazon's are, or name a PEM file of "
     "others as ssl.ca.location"},
    {"sasl.jaas.config",
     "with sasl.mechanism=AWS_MSK_IAM it is Amazon's login module; a name and password are "
     "sasl.username and sasl.password"},
    {"sasl.client.callback.handler.class", "it goes with sasl.mechanism=AWS_MSK_IAM only"},
    {"sasl.login.callback.handler.class", "it goes with sasl.mechanism=OAUTHBEARER by IAM only"},
};

Error java_only(const Property& property, const char* hint) {
  return {property.from + ": '" + property.key + "' is for Java only", hint};
}

Status set(rd_kafka_conf_t* configuration, const Property& property) {
  for (const auto& [start, hint] : kJavaOnly) {
    if (property.key.starts_with(start)) return java_only(property, hint);
  }
  char why[512];
  switch (rd_kafka_conf_set(configuration, property.key.c_str(), property.value.c_str(), why,
                            sizeof why)) {
    case RD_KAFKA_CONF_OK:
      return {};
    case RD_KAFKA_CONF_UNKNOWN:
      return Error{property.from + ": no property '" + property.key + "'", kHint};
    default:  // `why` has the value, which may be a secret in the wrong line
      return Error{property.from + ": '" + property.key + "' does not take this value", kHint};
  }
}

bool is_comment(std::string_view line) {
  return line.empty() || line.front() == '#' || line.front() == '!';
}

/// Whether the line goes on in the next: an even number of backslashes is of backslashes.
bool goes_on(std::string_view line) {
  const size_t last = line.find_last_not_of('\\');
  return (line.size() - (last == line.npos ? 0 : last + 1)) % 2 == 1;
}

/// Lines of a file, numbered from 1.
class PropertyLines {
 public:
  explicit PropertyLines(const std::string& file) : stream_(file) {}

  bool is_open() const { return stream_.is_open(); }
  bool failed() const { return stream_.bad(); }
  /// Of the line where the last one began.
  size_t number() const { return number_; }

  /// The next that says something, with all that it goes on in.
  std::optional<std::string> next() {
    std::string line;
    do {
      if (!read(line)) return std::nullopt;
    } while (is_comment(line));
    number_ = read_;
    for (std::string more; goes_on(line);) {
      line.pop_back();
      if (!read(more)) break;
      line += more;
    }
    return line;
  }

 private:
  bool read(std::string& line) {
    std::string text;
    if (!std::getline(stream_, text)) return false;
    ++read_;
    std::string_view kept = text;
    if (read_ == 1 && kept.starts_with(kByteOrderMark)) kept.remove_prefix(kByteOrderMark.size());
    if (kept.ends_with('\r')) kept.remove_suffix(1);
    kept.remove_prefix(std::min(kept.find_first_not_of(" \t\f"), kept.size()));
    line = kept;
    return true;
  }

  std::ifstream stream_;
  size_t read_ = 0;
  size_t number_ = 0;
};

}  // namespace

Result<std::vector<Property>> read_properties(const std::string& file) {
  PropertyLines lines(file);
  if (!lines.is_open()) return system_error("open", file, errno);
  std::vector<Property> properties;
  while (const auto text = lines.next()) {
    const auto from = file + ":" + std::to_string(lines.number());
    const auto line = trimmed(*text);
    const size_t sign = line.find_first_of("=:");
    if (sign == line.npos || sign == 0) {
      return Error{from + ": not a line of the form key=value", "as in security.protocol=ssl"};
    }
    properties.push_back({std::string(trimmed(line.substr(0, sign))),
                          std::string(trimmed(line.substr(sign + 1))), from});
  }
  if (lines.failed()) return system_error("read", file, EIO);
  return properties;
}

Result<std::vector<Property>> client_properties(const std::string& file,
                                                const std::string& servers) {
  std::vector<Property> properties;
  if (!file.empty()) properties = TRY(read_properties(file));
  const char* variable = std::getenv(kVariable);
  if (!servers.empty()) {
    properties.push_back({kBootstrap, servers, "--bootstrap"});
  } else if (!names_kafka(properties) && variable != nullptr && *variable != '\0') {
    properties.push_back({kBootstrap, variable, kVariable});
  }
  if (names_kafka(properties)) return properties;
  return Error{"nothing says where Kafka is: neither --bootstrap nor KAFKA_BOOTSTRAP",
               "eval \"$(kafka-up)\", or the HOST:PORT of your Kafka"};
}

std::vector<Property> presets(std::span<const Preset> presets) {
  std::vector<Property> properties;
  for (const auto& [key, value] : presets) properties.push_back({key, value, "default"});
  return properties;
}

Result<Configuration> make_configuration(const std::vector<Property>& properties) {
  Configuration configuration(rd_kafka_conf_new(), rd_kafka_conf_destroy);
  rd_kafka_conf_set_log_cb(configuration.get(), ignore_log);
  for (const auto& property : properties) {
    TRY(set(configuration.get(), property));
  }
  return configuration;
}

std::string property_of(const rd_kafka_conf_t* configuration, const char* key) {
  char value[512] = "";
  size_t size = sizeof value;
  return rd_kafka_conf_get(configuration, key, value, &size) == RD_KAFKA_CONF_OK ? value : "";
}

}  // namespace pinpipe::kafka
