// Where Kafka is, and how to log in there: the flags of the tools that do nothing without it.
#pragma once

#include <string>

#include "cli/flags.h"

namespace pinpipe {

/// Both are what kafka::client_properties takes. REQUIRES: they outlive the parsing.
inline void declare_kafka(cli::Flags& flags, std::string& bootstrap, std::string& config) {
  flags.text(
      "--bootstrap", bootstrap, "SERVERS",
      "Reach Kafka at HOST:PORT (default: KAFKA_BOOTSTRAP). Several have commas between. Without "
      "it, Kafka is at bootstrap.servers of --config, or at the variable KAFKA_BOOTSTRAP.");
  flags.input_file("--config", config,
                   "Take properties of the client from FILE. Each is a line key=value of "
                   "librdkafka: security.protocol, sasl.mechanism, sasl.username, sasl.password "
                   "... A client.properties of Java that logs in to MSK by IAM is taken as it is.");
}

}  // namespace pinpipe
