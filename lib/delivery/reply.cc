#include "delivery/reply.h"

#include <algorithm>

#include "delivery/reply_codes.h"
#include "http/headers.h"
#include "http/words.h"
#include "json/object.h"
#include "json/string.h"

namespace pinpipe::delivery {
namespace {

using json::Kind;
using json::Object;

/// The texts of the list of strings `key` of `object`, joined; "" without.
std::string texts(const Object& object, std::string_view key) {
  std::string text;
  std::vector<json::Element> elements;
  if (!object.list(key, elements)) return text;
  for (const auto& element : elements) {
    if (element.kind != Kind::string) continue;
    if (!text.empty()) text += "; ";
    json::append_unescaped(json::inside_quotes(element.value), text);
  }
  return text;
}

std::string joined(std::string_view code, std::string_view words) {
  if (code.empty() || words.empty()) return std::string(code.empty() ? words : code);
  return std::string(code) + ": " + std::string(words);
}

std::string of_status(int status, const std::string& words) {
  return joined("HTTP " + std::to_string(status), words);
}

Judgement whole(Fate fate, std::string reason, std::string hint = "") {
  Judgement judgement;
  judgement.all = fate;
  judgement.reason = std::move(reason);
  judgement.hint = std::move(hint);
  return judgement;
}

Service service_of(Dialect dialect) {
  const bool kafka = dialect == Dialect::kafka_v2 || dialect == Dialect::kafka_v3;
  return kafka ? Service::kafka : Service::aws;
}

bool is_success(int status) { return status >= 200 && status < 300; }

// ---- records --------------------------------------------------------------------------------

RecordFate kafka_record(const Object& entry) {
  if (entry.find("error_code") != nullptr && entry.integer("error_code") != 200) {
    const auto code = entry.integer("error_code");
    const auto words = entry.text({"error", "message"});
    return {code ? fate_of_kafka_record(*code, words) : Fate::refused,
            joined(entry.text({"error_code"}), http::plain_words(words))};
  }
  const auto offset = entry.integer("offset");
  if (!offset) return {Fate::retry, "the reply has neither an offset nor an error for the record"};
  auto partition = entry.integer("partition");
  if (!partition) partition = entry.integer("partition_id");
  return {Fate::delivered, "{\"partition\":" + (partition ? std::to_string(*partition) : "null") +
                               ",\"offset\":" + std::to_string(*offset) + "}"};
}

RecordFate kinesis_record(const Object& entry) {
  const auto code = entry.text({"ErrorCode"});
  if (!code.empty()) {
    const auto fate = fate_of_aws_error(code).value_or(Fate::refused);
    return {fate == Fate::refused_whole ? Fate::refused : fate,
            joined(code, http::plain_words(entry.text({"ErrorMessage"})))};
  }
  const auto sequence = entry.text({"SequenceNumber"});
  if (sequence.empty())
    return {Fate::retry, "the reply has neither a sequence number nor an error for the record"};
  const auto shard = entry.text({"ShardId"});
  return {Fate::delivered, "{\"shard\":" + (shard.empty() ? "null" : json::quoted(shard)) +
                               ",\"sequence\":" + json::quoted(sequence) + "}"};
}

/// Of more entries than records, which may be millions, one more is looked at.
std::string mismatch(size_t got, size_t sent) {
  return std::string("the reply has ") + (got > sent ? "more than " : "") +
         std::to_string(std::min(got, sent)) + " entries for " + std::to_string(sent) + " records";
}

/// Entry i is about record i, so a list of another length is about nobody knows which.
Judgement judge_list(std::string_view list, size_t sent,
                     RecordFate (*judge_record)(const Object&)) {
  json::Scanner scanner;
  std::vector<json::Element> elements;
  if (!scanner.array(list, elements, sent).ok() || elements.size() != sent)
    return whole(Fate::retry, mismatch(elements.size(), sent));
  Judgement judgement;
  Object entry;
  for (const auto& element : elements) {
    judgement.records.push_back(
        entry.read(element.value) ? judge_record(entry)
                                  : RecordFate{Fate::retry, "an entry of the reply is no object"});
  }
  // What lets some records in lets us in.
  const bool lets_in = std::ranges::any_of(
      judgement.records, [](const auto& record) { return record.fate == Fate::delivered; });
  for (auto& record : judgement.records) {
    if (record.fate != Fate::stop) continue;
    if (lets_in) record.fate = Fate::refused;
    if (judgement.reason.empty()) judgement.reason = record.text;
  }
  return judgement;
}

/// The objects that `text` is made of, one behind the other, no more than `most` and one; a broken
/// last one is left out.
std::vector<std::string_view> split_objects(std::string_view text, size_t most) {
  std::vector<std::string_view> objects;
  size_t depth = 0, start = 0;
  bool in_string = false;
  for (size_t at = 0; at < text.size() && objects.size() <= most; ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      if (depth++ == 0) start = at;
    } else if (c == '}' && depth > 0 && --depth == 0) {
      objects.push_back(text.substr(start, at + 1 - start));
    }
  }
  return objects;
}

/// REST v3 reports in the order of the records, and may stop in the middle: what was not reported
/// is not known to be delivered.
Judgement judge_reports(std::string_view body, size_t sent) {
  const auto reports = split_objects(body, sent);
  if (reports.empty() || reports.size() > sent)
    return whole(Fate::retry, mismatch(reports.size(), sent));
  Judgement judgement;
  Object report;
  for (const auto text : reports) {
    if (!report.read(text)) break;
    judgement.records.push_back(kafka_record(report));
  }
  judgement.records.resize(sent, {Fate::retry, mismatch(judgement.records.size(), sent)});
  return judgement;
}

// ---- whole requests -------------------------------------------------------------------------

Judgement judge_redirect(const http::Reply& reply) {
  const auto to = http::plain_words(reply.location);
  return whole(Fate::stop,
               of_status(reply.status, "redirect to '" + to + "', which is not followed"),
               to.empty() ? "" : "if that is the right place, give it as --url");
}

std::string aws_error_name(const Object& body, const http::Reply& reply) {
  auto name = body.text({"__type"});
  if (name.empty()) name = reply.error_type.substr(0, reply.error_type.find(':'));
  return name.substr(name.rfind('#') + 1);
}

Judgement judge_aws_error(const std::string& name, const std::string& words, int status) {
  Fate fate = status >= 500 ? Fate::retry : Fate::refused;
  if (status == 401 || status == 403) fate = Fate::stop;
  fate = fate_of_aws_error(name).value_or(fate);
  const bool refused = fate == Fate::refused || fate == Fate::refused_whole;
  if (status == 413 || (refused && says_too_large(words))) fate = Fate::too_large;
  return whole(fate, of_status(status, joined(http::plain_words(name), http::plain_words(words))));
}

/// What a whole error of no kind of AWS's own means.
Fate fate_of_whole(bool kinesis, int status, int64_t code, const std::string& words) {
  const Fate fate = fate_of_status(status);
  if (kinesis) {
    const bool refused = fate == Fate::refused || fate == Fate::refused_whole;
    if (refused && says_too_large(words)) return Fate::too_large;
    return fate == Fate::ask_topic ? Fate::retry : fate;
  }
  const bool for_one_topic = fate == Fate::stop && code >= 10'000;
  if (code == 0 || fate == Fate::too_large || (fate == Fate::stop && !for_one_topic)) return fate;
  return fate_of_kafka_code(code);
}

Judgement judge_error(Dialect dialect, const http::Reply& reply) {
  Object body;
  const bool json = body.read(reply.body);
  auto words = json ? body.text({"message", "Message", "error"}) : reply.body;
  const bool kinesis = service_of(dialect) == Service::aws;
  if (kinesis) {
    const auto name = aws_error_name(body, reply);
    if (!name.empty()) return judge_aws_error(name, words, reply.status);
  }
  if (json) words = joined(words, texts(body, "validation_errors"));          // of Strimzi
  const int64_t code = kinesis ? 0 : body.integer("error_code").value_or(0);  // 0: none
  const auto text = joined(code != 0 ? std::to_string(code) : "", http::plain_words(words));
  if (is_success(reply.status) && code == 0) {
    return whole(Fate::retry, of_status(reply.status, json ? "the reply is not understood: " +
                                                                 http::plain_words(reply.body)
                                                           : "the reply is no JSON: " + text));
  }
  return whole(fate_of_whole(kinesis, reply.status, code, words), of_status(reply.status, text));
}

/// Lists are read whatever the status: karapace has 422 where any record failed, Confluent 401 or
/// 403 where one was not allowed.
Judgement judge_body(Dialect dialect, size_t sent, const http::Reply& reply) {
  const bool success = is_success(reply.status);
  if (dialect == Dialect::kafka_v3)
    return success ? judge_reports(reply.body, sent) : judge_error(dialect, reply);
  Object body;
  if (!body.read(reply.body)) return judge_error(dialect, reply);
  const bool kafka = dialect == Dialect::kafka_v2;
  if (dialect == Dialect::kinesis_single && body.find("SequenceNumber") != nullptr && success) {
    Judgement judgement;
    judgement.records.push_back(kinesis_record(body));
    return judgement;
  }
  const auto* list = body.find(kafka ? "offsets" : "Records");
  if (list == nullptr || list->kind != Kind::array) return judge_error(dialect, reply);
  auto judgement = judge_list(list->value, sent, kafka ? kafka_record : kinesis_record);
  return judgement.records.empty() && !success ? judge_error(dialect, reply) : judgement;
}

/// What is to be done about the worst of it.
std::string hint_of(const Judgement& judgement, Dialect dialect) {
  Fate fate = judgement.all;
  for (const auto& record : judgement.records) fate = std::max(fate, record.fate);
  return std::string(hint_of_refusal(judgement.reason, fate, service_of(dialect)));
}

}  // namespace

Judgement judge(Dialect dialect, size_t records_sent, const http::Reply& reply) {
  if (reply.status == 0) {
    const Fate fate = reply.failed_for_good                                      ? Fate::stop
                      : reply.timed_out && service_of(dialect) == Service::kafka ? Fate::ask_topic
                                                                                 : Fate::retry;
    return whole(fate, http::plain_words(reply.failure), reply.failure_hint);
  }
  if (reply.status >= 300 && reply.status < 400) return judge_redirect(reply);
  auto judgement = judge_body(dialect, records_sent, reply);
  judgement.hint = hint_of(judgement, dialect);
  judgement.retry_after = http::retry_after(reply.retry_after, reply.date);
  const auto bad_record = named_record(reply.body);
  if (judgement.records.empty() && bad_record && *bad_record < records_sent)
    judgement.bad_record = bad_record;
  return judgement;
}

bool says_no_topic(const http::Reply& reply) {
  Object body;
  return body.read(reply.body) &&
         says_no_topic(reply.status, body.integer("error_code").value_or(0));
}

}  // namespace pinpipe::delivery
