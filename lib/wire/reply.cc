#include "wire/reply.h"

#include <algorithm>
#include <charconv>

#include "json/plain_words.h"
#include "json/writer.h"
#include "wire/fields.h"

namespace pinpipe::wire {
namespace {

struct StatusRow {
  int status;
  Outcome outcome;
};
// clang-format off
constexpr StatusRow kStatuses[] = {
    {400, Outcome::refused_whole},
    {401, Outcome::stop},
    {403, Outcome::stop},
    {407, Outcome::stop},
    {408, Outcome::ask_topic},  // what waits for a topic that is not there looks like this
    {413, Outcome::too_large},
    {422, Outcome::refused_whole},
    {425, Outcome::retry},
    {429, Outcome::retry},
    {501, Outcome::refused},
    {504, Outcome::ask_topic},
    {505, Outcome::refused},
};
// clang-format on

// How the words of a refusal name a record: its number between two texts.
struct PlaceRow {
  std::string_view before, behind;
  size_t first;
};
constexpr PlaceRow kPlaces[] = {
    {"'records.", ".member", 1},  // Kinesis: Value '' at 'records.6.member.partitionKey' failed …
    {"ArrayList[", "]", 0},       // Jackson, of Confluent: ["records"]->java.util.ArrayList[5]->…
};

BatchOutcome classify_list(std::string_view list, size_t sent,
                           RecordOutcome (*classify_record)(const json::Object&)) {
  json::Scanner scanner;
  std::vector<json::Element> elements;
  if (!scanner.array(list, elements, sent).ok() || elements.size() != sent)
    return outcome_of_all(Outcome::retry, wrong_count(elements.size(), sent));
  BatchOutcome batch;
  json::Object entry;
  for (const auto& element : elements) {
    batch.records.push_back(
        entry.read(element.value)
            ? classify_record(entry)
            : RecordOutcome{Outcome::retry, "an entry of the reply is not an object"});
  }
  // What lets some records in lets us in.
  const bool lets_in = std::ranges::any_of(
      batch.records, [](const auto& record) { return record.outcome == Outcome::delivered; });
  for (auto& record : batch.records) {
    if (record.outcome != Outcome::stop) continue;
    if (lets_in) record.outcome = Outcome::refused;
    if (batch.reason.empty()) batch.reason = record.text;
  }
  return batch;
}

}  // namespace

Outcome outcome_of_status(int status) {
  for (const auto& row : kStatuses) {
    if (row.status == status) return row.outcome;
  }
  if (status >= 300 && status < 400) return Outcome::stop;
  return status >= 500 ? Outcome::retry : Outcome::refused;
}

std::string kafka_place(std::optional<int64_t> partition, int64_t offset) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.key(kafka_field::kPartition);
  partition ? writer.value(*partition) : writer.null();
  writer.member(kafka_field::kOffset, offset);
  writer.end_object();
  return text;
}

std::string with_code(std::string_view code, std::string_view words) {
  if (code.empty() || words.empty()) return std::string(code.empty() ? words : code);
  return std::string(code) + ": " + std::string(words);
}

std::string with_status(int status, std::string_view words) {
  return with_code("HTTP " + std::to_string(status), words);
}

BatchOutcome outcome_of_all(Outcome outcome, std::string reason) {
  BatchOutcome batch;
  batch.all = outcome;
  batch.reason = std::move(reason);
  return batch;
}

BatchOutcome not_understood(const ReplyText& reply, bool is_json, const std::string& words) {
  const auto what = is_json ? "the reply is not understood: " + json::plain_words(reply.body)
                            : "the reply is not JSON: " + words;
  return outcome_of_all(Outcome::retry, with_status(reply.status, what));
}

/// Of more entries than records, which may be millions, one more is looked at.
std::string wrong_count(size_t got, size_t sent) {
  return std::string("the reply has ") + (got > sent ? "more than " : "") +
         std::to_string(std::min(got, sent)) + " entries for " + std::to_string(sent) + " records";
}

BatchOutcome classify_entries(const ReplyText& reply, std::string_view list, size_t sent,
                              RecordOutcome (*classify_record)(const json::Object&),
                              BatchOutcome (*classify_error)(const ReplyText&)) {
  json::Object body;
  const auto* entries = body.read(reply.body) ? body.find(list) : nullptr;
  if (entries == nullptr || entries->kind != json::Kind::array) return classify_error(reply);
  auto batch = classify_list(entries->value, sent, classify_record);
  return batch.records.empty() && !is_success(reply.status) ? classify_error(reply) : batch;
}

std::optional<size_t> named_record(std::string_view words) {
  for (const auto& row : kPlaces) {
    const size_t at = words.find(row.before);
    if (at == words.npos) continue;
    const auto rest = words.substr(at + row.before.size());
    size_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc() || number < row.first) continue;
    if (rest.substr(static_cast<size_t>(end - rest.data())).starts_with(row.behind))
      return number - row.first;
  }
  return std::nullopt;
}

}  // namespace pinpipe::wire
