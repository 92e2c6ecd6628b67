// What the codes of servers mean: tables only.
//
// Sources: Errors.java and KafkaExceptionMapper.java of Confluent's REST proxy; the same codes in
// karapace; HttpSourceBridgeEndpoint.java of Strimzi's bridge, whose codes of records are HTTP
// statuses; the API model of Kinesis (2013-12-02) and AWS's common errors.
#pragma once

#include <optional>
#include <string_view>

#include "delivery/reply.h"

namespace pinpipe::delivery {

/// A status of HTTP that is no success.
Fate fate_of_status(int status);

/// An error_code of Kafka REST, of a record or of a whole request.
Fate fate_of_kafka_code(long code);

/// An error of AWS by its name, without what stands before '#' or behind ':'. Nothing: unknown.
std::optional<Fate> fate_of_aws_error(std::string_view name);

/// Whether the words of a refusal say that the request was too large or had too many records.
bool says_too_large(std::string_view words);

/// What to do where the server does not let us in, for a reason in these words.
std::string_view hint_of_refused_entry(std::string_view words);

}  // namespace pinpipe::delivery
