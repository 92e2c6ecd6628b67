#include "base/base64.h"
#include "json/object.h"
#include "json/string.h"
#include "wire/fields.h"
#include "wire/kinesis.h"
#include "wire/kpl.h"
#include "wire/plain_put_records.h"

namespace pinpipe::wire {
namespace {

using json::find_member;
using json::Kind;
using json::Member;

}  // namespace

Status KinesisDecoder::line(std::string_view line, RecordLines& to) {
  const RecordLinesMark mark(to);
  to.text.room(line.size());  // enough for its records, without growing from one to the next
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
    if (!records.record(data) || !append_base64_decoded(data, to.text) ||
        !add_decoded(begin, to).ok()) {
      return false;
    }
  } while (records.another());
  return records.close();
}

Status KinesisDecoder::decode(std::string_view line, RecordLines& to) {
  TRY(scanner_.object(line, members_));
  const auto object = whole_object(members_);
  const auto* payload = find_member(members_, object, line_field::kPayload);
  if (payload == nullptr) return decode_body(object, to);
  if (payload->kind != Kind::object) return Error{line_field::kPayload.text() + " is no object"};
  return decode_body(object_in(*payload, members_), to);
}

Status KinesisDecoder::decode_body(const json::ObjectView& body, RecordLines& to) {
  for (const std::string_view name :
       {kinesis_field::kRecords.view(), gateway_field::kRecords.view()}) {
    if (const auto* array = find_member(members_, body, name))
      return decode_array(name, *array, to);
  }
  if (const auto* data = find_member(members_, body, kinesis_field::kData)) {
    if (data->kind != Kind::object) return decode_base64(data->value, data->kind, to);
    return add(kinesis_field::kData, json::CheckedText(data->value).value(), to);
  }
  const auto* data = find_member(members_, body, gateway_field::kData);
  if (data == nullptr) return Error{"no put request and no reply of GetRecords"};
  return decode_data(json::CheckedText(data->value).value(), to);
}

Status KinesisDecoder::decode_array(std::string_view name, const Member& array, RecordLines& to) {
  if (array.kind != Kind::array) return Error{std::string(name) + " is no array"};
  const bool is_gateway = name == gateway_field::kRecords.view();
  Elements elements(name, to);
  json::CheckedText text(array.value);
  for (bool more = text.enter(); more; more = text.next()) {
    const char* const begin = text.at();
    const auto fault = decode_element(text, is_gateway, to);
    if (!elements.add(fault, {begin, static_cast<size_t>(text.at() - begin)})) break;
  }
  return elements.finish();
}

Status KinesisDecoder::decode_element(json::CheckedText& text, bool is_gateway, RecordLines& to) {
  if (text.kind() != Kind::object) {
    text.value();
    return Error{"no object"};
  }
  const auto data =
      text.member(is_gateway ? gateway_field::kData.view() : kinesis_field::kData.view());
  if (!data) return Error{is_gateway ? "no data" : "no Data"};
  return is_gateway ? decode_data(*data, to) : decode_base64(data->text, data->kind, to);
}

/// The data of a gateway's batch: an object, or its text as a string.
Status KinesisDecoder::decode_data(const json::CheckedText::Value& data, RecordLines& to) {
  if (data.kind == Kind::object) return add(gateway_field::kData, data, to);
  if (data.kind != Kind::string) return Error{"data is no string and no object"};
  return located(gateway_field::kData, texts_.add_string(data.text, to));
}

Status KinesisDecoder::add(std::string_view name, const json::CheckedText::Value& record,
                           RecordLines& to) {
  if (may_be_too_large(record, scanner_.was_deep())) [[unlikely]] {
    return located(name, texts_.add(record.text, to));
  }
  to.add(record);
  return {};
}

/// Decodes to where the record is to stay.
Status KinesisDecoder::decode_base64(std::string_view data, Kind kind, RecordLines& to) {
  if (kind != Kind::string) return Error{"Data is no string"};
  const size_t begin = to.text.size();
  const auto text = json::inside_quotes(data);
  // No letter is a backslash, so that escapes are looked for only where it fails.
  if (!append_base64_decoded(text, to.text) &&
      !append_base64_decoded(json::unescape(text, scratch_), to.text)) {
    return Error{"Data is no base64"};
  }
  return add_decoded(begin, to);
}

/// Makes records of the data that is in `to.text` from `begin` on.
Status KinesisDecoder::add_decoded(size_t begin, RecordLines& to) {
  if (is_aggregate(to.text.view().substr(begin))) return decode_aggregate(begin, to);
  return located("decoded Data", texts_.add_written(begin, to));
}

/// Unpacks the aggregate that is in `to.text` from `begin` on, and puts its records in its place.
Status KinesisDecoder::decode_aggregate(size_t begin, RecordLines& to) {
  aggregate_ = to.text.view().substr(begin);
  to.text.truncate(begin);
  TRY(unpack_aggregate(aggregate_, user_records_));
  for (size_t i = 0; i < user_records_.size(); ++i) {
    if (auto status = texts_.add(user_records_[i], to); !status.ok()) {
      return error_at(place_in("KPL aggregate: records", i), status.error());
    }
  }
  ++to.aggregates;
  return {};
}

}  // namespace pinpipe::wire
