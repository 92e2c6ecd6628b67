// What a reply says about the records that were sent: a pure function.
//
// A reply of 200 says little: a proxy of Kafka and Kinesis alike report record by record inside it,
// and API Gateway answers 200 for whole errors of Kinesis, too. A record counts as delivered only
// where the reply says so with an offset or a sequence number. A reply that cannot be matched with
// what was sent (broken JSON, too few entries) says nothing about any record, and all are sent
// again: at least once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "delivery/shape.h"
#include "http/transport.h"

namespace pinpipe::delivery {

enum class Fate : uint8_t {
  delivered,
  retry,          ///< not now; a later try may succeed
  doubtful,       ///< not now, perhaps never: the server does not say which
  ask_topic,      ///< perhaps the topic is not there; if it is, as retry
  refused,        ///< never
  refused_whole,  ///< never together, perhaps because of one record
  too_large,      ///< fewer records at once may succeed
  stop            ///< and nothing else will succeed either: credentials, a redirect, a certificate
};

struct RecordFate {
  Fate fate = Fate::retry;
  std::string text;  ///< delivered: where, as a JSON object; else why not, in the server's words
};

struct Judgement {
  std::vector<RecordFate> records;  ///< one for each that was sent; empty: `all` holds for them all
  Fate all = Fate::retry;
  std::string reason;
  std::string hint;                  ///< what to do about it; "" without
  std::optional<size_t> bad_record;  ///< of a whole refusal: the record that its words name
  std::optional<http::Milliseconds> retry_after;
};

Judgement judge(Dialect dialect, size_t records_sent, const http::Reply& reply);

/// Whether the reply to the question for a topic says that there is none.
bool says_no_topic(const http::Reply& reply);

}  // namespace pinpipe::delivery
