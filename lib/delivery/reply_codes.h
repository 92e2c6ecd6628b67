// What the codes of servers mean: tables only.
//
// Sources: Errors.java and KafkaExceptionMapper.java of Confluent's REST proxy; the same codes in
// karapace; HttpSourceBridgeEndpoint.java of Strimzi's bridge, whose codes of records are HTTP
// statuses; kafka_rest_apis/__init__.py of karapace; KafkaProducer.java and Errors.java of Kafka,
// whose words the proxies pass on; the API model of Kinesis (2013-12-02) and AWS's common errors.
#pragma once

#include <optional>
#include <string_view>

#include "delivery/reply.h"

namespace pinpipe::delivery {

/// A status of HTTP that is no success.
Fate fate_of_status(int status);

/// An error_code of Kafka REST, of a whole request.
Fate fate_of_kafka_code(long code);

/// An error_code of Kafka REST of one record, with the server's words: codes alone do not decide.
Fate fate_of_kafka_record(long code, std::string_view words);

/// Whether a reply to GET BASE/topics/T with this status and error_code says that T is not there,
/// and not only that the server has no such path.
bool says_no_topic(int status, long code);

/// An error of AWS by its name, without what stands before '#' or behind ':'. Nothing: unknown.
std::optional<Fate> fate_of_aws_error(std::string_view name);

/// Whether the words of a refusal say that the request was too large or had too many records.
bool says_too_large(std::string_view words);

/// The place, from 0, of the record that the words of a refusal of a whole request name.
std::optional<size_t> named_record(std::string_view words);

enum class Service : uint8_t { kafka, aws };

/// What to do about a refusal with these words; "" is nothing special.
std::string_view hint_of_refusal(std::string_view words, Fate fate, Service service);

}  // namespace pinpipe::delivery
