#include <algorithm>
#include <array>
#include <optional>

#include "base/base64.h"
#include "json/object.h"
#include "json/string.h"
#include "stream/push_decoder.h"
#include "wire/arrival.h"
#include "wire/fields.h"
#include "wire/kinesis.h"
#include "wire/kpl.h"
#include "wire/plain_put_records.h"

namespace pinpipe::wire {
namespace {

using json::CheckedText;
using json::find_member;
using json::Kind;

// What is looked for in an object that may be a record, or be around one.
constexpr std::array<std::string_view, 6> kMembers{kinesis_field::kData,    gateway_field::kData,
                                                   event_field::kKinesis,   event_field::kRecord,
                                                   kinesis_field::kArrival, event_field::kArrival};
using Members = std::array<std::optional<CheckedText::Value>, kMembers.size()>;
constexpr size_t kNone = kMembers.size();

consteval size_t at(std::string_view name) {
  for (size_t i = 0; i < kMembers.size(); ++i) {
    if (kMembers[i] == name) return i;
  }
  throw "not one of kMembers";
}

/// Where a record stands: the first row counts whose data is there.
struct Envelope {
  size_t record;  // the member that is the record; kNone: the object itself
  size_t data;
  size_t arrival;
};
// clang-format off
constexpr Envelope kEnvelopes[] = {
    // Requests and replies of the API, and the gateway's record.
    {kNone, at(kinesis_field::kData), at(kinesis_field::kArrival)},
    // Events of Lambda.
    {at(event_field::kKinesis), at(gateway_field::kData), at(event_field::kArrival)},
    // Firehose's PutRecord.
    {at(event_field::kRecord), at(kinesis_field::kData), kNone},
    // The gateway's batch, Firehose's events and their answers, rows of Databricks' source.
    {kNone, at(gateway_field::kData), at(event_field::kArrival)},
};
// clang-format on

// The lists of records; what the first has is named "Data" as a rule, what the second has "data".
struct List {
  std::string_view name;
  std::string_view data;
};
constexpr List kLists[] = {{kinesis_field::kRecords, kinesis_field::kData},
                           {gateway_field::kRecords, gateway_field::kData}};

/// Data of a line may unpack to so much, or to so many times the line: JSON packs to a tenth.
constexpr size_t kMinUnpacked = 16 * 1024 * 1024;
constexpr size_t kMaxUnpackedOfByte = 16;

struct FoundData {
  std::string_view name;
  CheckedText::Value data;
  std::optional<CheckedText::Value> arrival;
};

/// REQUIRES: an object is at hand, which is taken.
std::optional<FoundData> find_data(CheckedText& text) {
  const auto outer = text.members(kMembers);
  for (const auto& row : kEnvelopes) {
    Members inner;
    if (row.record != kNone) {
      if (!outer[row.record] || outer[row.record]->kind != Kind::object) continue;
      inner = CheckedText(outer[row.record]->text).members(kMembers);
    }
    const auto& members = row.record == kNone ? outer : inner;
    if (!members[row.data]) continue;
    return FoundData{kMembers[row.data], *members[row.data],
                     row.arrival == kNone ? std::nullopt : members[row.arrival]};
  }
  return std::nullopt;
}

/// What JSON text starts with is no letter of base64: nothing has to be guessed.
bool is_json_text(std::string_view inside) {
  const size_t start = inside.find_first_not_of(' ');
  return start != inside.npos && (inside[start] == '{' || inside[start] == '[');
}

/// `letters` with the '=' that may have been left out.
std::string padded(std::string_view letters) {
  constexpr size_t kGroup = 4;
  std::string text(letters);
  if (!letters.ends_with('=')) text.append((kGroup - text.size() % kGroup) % kGroup, '=');
  return text;
}

void strip_line_breaks(size_t begin, Buffer& text) {
  size_t end = text.size();
  while (end > begin && (text.data()[end - 1] == '\n' || text.data()[end - 1] == '\r')) --end;
  text.truncate(end);
}

}  // namespace

Status KinesisDecoder::line(std::string_view line, RecordLines& to) {
  const RecordLinesMark mark(to);
  to.text.room(line.size());  // enough for its records, without growing from one to the next
  unpack_left_ = std::max(kMinUnpacked, line.size() * kMaxUnpackedOfByte);
  texts_.stamp(std::nullopt);
  if (decode_plain(line, to)) return {};
  mark.rewind(to);
  auto status = decode(line, to);
  if (!status.ok()) mark.rewind(to);
  return status;
}

void KinesisDecoder::give_back() {
  scanner_.give_back();
  members_.give_back();
  texts_.give_back();
  pinpipe::give_back(scratch_);
  pinpipe::give_back(aggregate_);
  pinpipe::give_back(packed_);
  pinpipe::give_back(lines_);
  pinpipe::give_back(line_text_);
  pinpipe::give_back(user_records_);
}

/// The short way, for what kinesis-encode wrote. False: it is something else, or there is a fault,
/// which the long way finds again.
bool KinesisDecoder::decode_plain(std::string_view line, RecordLines& to) {
  PlainPutRecords records(line);
  if (!records.open()) return false;
  do {
    std::string_view data;
    const size_t begin = to.text.size();
    if (!records.record(data) || !append_base64_decoded(data, to.text) || !add_plain(begin, to)) {
      return false;
    }
  } while (records.another());
  return records.close();
}

/// Nearly all data is a record.
bool KinesisDecoder::add_plain(size_t begin, RecordLines& to) {
  if (!to.text.view().substr(begin).starts_with('{')) return add_decoded(begin, to).ok();
  strip_line_breaks(begin, to.text);
  return texts_.add_written(begin, to).ok();
}

Status KinesisDecoder::decode(std::string_view line, RecordLines& to) {
  if (is_text_line(line)) {
    TRY(read_text_line(line, line_text_));
    TRY(scanner_.object(line_text_, members_));
    make_one_line(line_text_);
  } else {
    TRY(scanner_.object(line, members_));
  }
  const auto object = whole_object(members_);
  const auto* payload = find_member(members_, object, line_field::kPayload);
  if (payload == nullptr) return decode_body(object, to);
  if (payload->kind != Kind::object)
    return Error{line_field::kPayload.text() + " is not an object"};
  return decode_body(object_in(*payload, members_), to);
}

Status KinesisDecoder::decode_body(const json::ObjectView& body, RecordLines& to) {
  for (const auto& list : kLists) {
    const auto* array = find_member(members_, body, list.name);
    if (array == nullptr) continue;
    if (array->kind != Kind::array) return Error{std::string(list.name) + " is not an array"};
    return decode_array(list.name, list.data, array->value, to);
  }
  CheckedText text(body.text);
  return decode_object(text, "not a put request, a reply of GetRecords or an event", to);
}

Status KinesisDecoder::decode_array(std::string_view name, std::string_view data,
                                    std::string_view array, RecordLines& to) {
  return take_elements(name, array, to,
                       [&](CheckedText& text) { return decode_element(text, data, to); });
}

Status KinesisDecoder::decode_element(CheckedText& text, std::string_view data, RecordLines& to) {
  if (text.kind() == Kind::object) return decode_object(text, "no " + std::string(data), to);
  text.value();
  return Error{"not an object"};
}

/// Takes the object at hand. `missing` is what is wrong with one that is none of the known.
Status KinesisDecoder::decode_object(CheckedText& text, std::string_view missing, RecordLines& to) {
  const auto found = find_data(text);
  if (!found) return Error{std::string(missing)};
  if (stamps_) {
    TRY(stamp(found->arrival));
  }
  return decode_data(found->name, found->data, to);
}

Status KinesisDecoder::stamp(const std::optional<CheckedText::Value>& arrival) {
  texts_.stamp(std::nullopt);
  if (!arrival || arrival->kind == Kind::null) return {};
  auto time = TRY(read_arrival(*arrival));
  texts_.stamp(std::move(time));
  return {};
}

/// The data of a record: a JSON object, or its text, or base64.
Status KinesisDecoder::decode_data(std::string_view name, const CheckedText::Value& data,
                                   RecordLines& to) {
  if (data.kind == Kind::object) return add(name, data, to);
  if (data.kind != Kind::string)
    return Error{std::string(name) + " is neither a string nor an object"};
  const auto inside = json::inside_quotes(data.text);
  if (!is_json_text(inside)) return decode_base64(name, inside, to);
  const size_t begin = to.text.size();
  json::append_unescaped(inside, to.text);
  return located(name, add_text(begin, to));
}

Status KinesisDecoder::add(std::string_view name, const CheckedText::Value& record,
                           RecordLines& to) {
  if (stamps_ || may_be_too_large(record, scanner_.was_deep())) [[unlikely]] {
    return located(name, texts_.add(record.text, to));
  }
  to.add(record);
  return {};
}

/// Decodes to where the record is to stay. Few leave out the padding, or escape a '/': they are
/// looked at where it fails.
Status KinesisDecoder::decode_base64(std::string_view name, std::string_view text,
                                     RecordLines& to) {
  const size_t begin = to.text.size();
  if (!append_base64_decoded(text, to.text) &&
      !append_base64_decoded(padded(json::unescape(text, scratch_)), to.text)) {
    return Error{std::string(name) + " is not base64"};
  }
  return add_decoded(begin, to);
}

/// Makes records of the data that is in `to.text` from `begin` on.
Status KinesisDecoder::add_decoded(size_t begin, RecordLines& to) {
  const auto data = to.text.view().substr(begin);
  if (!data.starts_with('{')) {
    if (is_aggregate(data)) return decode_aggregate(begin, to);
    if (stream::is_gzip(data)) return decode_gzip(begin, to);
  }
  return located("decoded Data", add_text(begin, to));
}

/// Makes records of the text that is in `to.text` from `begin` on: of all of it, or of each line.
Status KinesisDecoder::add_text(size_t begin, RecordLines& to) {
  strip_line_breaks(begin, to.text);
  auto whole = texts_.add_written(begin, to);  // where it fails, the text is as it was
  if (whole.ok() || to.text.view().find('\n', begin) == std::string_view::npos) return whole;
  lines_ = to.text.view().substr(begin);
  to.text.truncate(begin);
  size_t number = 0;
  for (std::string_view rest = lines_; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    if (auto status = texts_.add(line, to); !status.ok()) {
      return number == 1 ? std::move(whole)
                         : error_at("line " + std::to_string(number), status.error());
    }
  }
  return {};
}

/// Unpacks what is in `to.text` from `begin` on, and puts its records in its place.
Status KinesisDecoder::decode_gzip(size_t begin, RecordLines& to) {
  packed_ = to.text.view().substr(begin);
  to.text.truncate(begin);
  TRY(stream::append_gunzipped(packed_, unpack_left_, to.text));
  unpack_left_ -= to.text.size() - begin;
  return located("unpacked Data", add_text(begin, to));
}

/// Unpacks the aggregate that is in `to.text` from `begin` on, and puts its records in its place.
Status KinesisDecoder::decode_aggregate(size_t begin, RecordLines& to) {
  aggregate_ = to.text.view().substr(begin);
  to.text.truncate(begin);
  TRY(unpack_aggregate(aggregate_, user_records_));
  for (size_t i = 0; i < user_records_.size(); ++i) {
    const size_t at = to.text.size();
    to.text.append(user_records_[i]);
    auto status = stream::is_gzip(user_records_[i]) ? decode_gzip(at, to) : add_text(at, to);
    if (!status.ok()) return error_at(place_in("KPL aggregate: records", i), status.error());
  }
  ++to.aggregates;
  return {};
}

}  // namespace pinpipe::wire
