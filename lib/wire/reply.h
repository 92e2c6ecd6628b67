// What a reply says about the records that were sent: a pure function of its text.
//
// A reply of 200 says little: a proxy of Kafka and Kinesis alike report record by record inside it,
// and API Gateway answers 200 for whole errors of Kinesis, too. A record counts as delivered only
// where the reply says so with an offset or a sequence number. A reply that cannot be matched with
// what was sent (broken JSON, too few entries) says nothing about any record, and all are sent
// again: at least once.
//
// How each service words its replies is in kafka_rest_reply.cc and kinesis_reply.cc; here is what
// they share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/object.h"

namespace pinpipe::wire {

enum class Outcome : uint8_t {
  delivered,
  retry,          ///< not now; a later try may succeed
  doubtful,       ///< not now, perhaps never: the server does not say which
  ask_topic,      ///< perhaps the topic is not there; if it is, as retry
  refused,        ///< never
  refused_whole,  ///< never together, perhaps because of one record
  too_large,      ///< fewer records at once may succeed
  stop            ///< and nothing else will succeed either: credentials, a redirect, a certificate
};

struct RecordOutcome {
  Outcome outcome = Outcome::retry;
  std::string text;  ///< delivered: where, as a JSON object; else why not, in the server's words
};

struct BatchOutcome {
  std::vector<RecordOutcome> records;  ///< one for each that was sent; empty: `all` holds for all
  Outcome all = Outcome::retry;
  std::string reason;
  std::string code;                  ///< of an error of AWS, for the whole request; "" without
  std::optional<size_t> bad_record;  ///< of a whole refusal: the record that its words name
};

/// A whole reply, as far as it is read here.
struct ReplyText {
  int status = 0;               ///< of HTTP
  std::string_view error_type;  ///< the header x-amzn-ErrorType; "" without
  std::string_view body;
};

inline bool is_success(int status) { return status >= 200 && status < 300; }
/// Of a status of HTTP that is no success.
Outcome outcome_of_status(int status);

/// Where a record of Kafka was put: {"partition":0,"offset":7}; null is not known.
std::string kafka_place(std::optional<int64_t> partition, int64_t offset);

/// "CODE: words", or the one of them that is there.
std::string with_code(std::string_view code, std::string_view words);
/// "HTTP 400: words".
std::string with_status(int status, std::string_view words);

/// The outcome of all records, where no entry tells of each.
BatchOutcome outcome_of_all(Outcome outcome, std::string reason);
/// Of a success that is none of the known kinds of reply. `words` are what it says.
BatchOutcome not_understood(const ReplyText& reply, bool is_json, const std::string& words);
/// "the reply has 1 entries for 2 records".
std::string wrong_count(size_t got, size_t sent);
/// Of a reply with a list of entries, whatever its status: some servers have that of an error where
/// any record failed. Entry i is about record i, so a list of another length is about nobody knows
/// which. `classify_error` has replies without a list, and errors whose list does not fit.
BatchOutcome classify_entries(const ReplyText& reply, std::string_view list, size_t sent,
                              RecordOutcome (*classify_record)(const json::Object&),
                              BatchOutcome (*classify_error)(const ReplyText&));

/// The place, from 0, of the record that the words of a refusal of a whole request name.
std::optional<size_t> named_record(std::string_view words);

}  // namespace pinpipe::wire
