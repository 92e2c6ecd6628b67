#include "payload/kinesis_decode.h"

#include "ndjson/base64.h"
#include "ndjson/json_string.h"
#include "payload/kpl.h"
#include "payload/object_view.h"

namespace pinpipe::payload {
namespace {

using ndjson::Fault;
using ndjson::Kind;
using ndjson::Member;
using ndjson::Verdict;
using record::find_member;

/// The lists of a direct request or reply, and of one through a gateway.
constexpr std::string_view kDirect = "Records";
constexpr std::string_view kGateway = "records";

}  // namespace

Verdict KinesisDecoder::line(std::string_view line, RecordLines& to) {
  const RecordLinesMark mark(to);
  auto fault = decode(line, to);
  if (fault) mark.rewind(to);
  return fault;
}

Verdict KinesisDecoder::decode(std::string_view line, RecordLines& to) {
  if (auto fault = scanner_.object(line, members_)) return fault;
  const auto object = whole_object(line, members_);
  const auto* payload = find_member(members_, object, "payload");
  if (payload == nullptr) return decode_body(object, to);
  if (payload->kind != Kind::object) return Fault{"payload is no object"};
  return decode_body(object_in(*payload, members_), to);
}

Verdict KinesisDecoder::decode_body(const record::RecordView& body, RecordLines& to) {
  for (const auto name : {kDirect, kGateway}) {
    if (const auto* array = find_member(members_, body, name))
      return decode_array(name, *array, to);
  }
  const auto* data = find_member(members_, body, "Data");
  if (data == nullptr) return Fault{"no put request and no reply of GetRecords"};
  if (data->kind == Kind::object) return texts_.add(data->value, to);
  return decode_base64(*data, to);
}

Verdict KinesisDecoder::decode_array(std::string_view name, const Member& array, RecordLines& to) {
  if (array.kind != Kind::array) return Fault{std::string(name) + " is no array"};
  if (auto fault = scanner_.array(array.value, elements_)) return fault;
  const bool is_gateway = name == kGateway;
  for (size_t i = 0; i < elements_.size(); ++i) {
    if (auto fault = decode_element(elements_[i], is_gateway, to)) {
      return fault_at(place_in(name, i), std::move(fault));
    }
  }
  return std::nullopt;
}

Verdict KinesisDecoder::decode_element(const ndjson::Element& element, bool is_gateway,
                                       RecordLines& to) {
  if (element.kind != Kind::object) return Fault{"no object"};
  if (auto fault = scanner_.object(element.value, inner_)) return fault;
  const auto object = whole_object(element.value, inner_);
  const auto* data = find_member(inner_, object, is_gateway ? "data" : "Data");
  if (data == nullptr) return Fault{is_gateway ? "no data" : "no Data"};
  return is_gateway ? decode_data(*data, to) : decode_base64(*data, to);
}

/// The data of a gateway's batch: an object, or its text as a string.
Verdict KinesisDecoder::decode_data(const Member& data, RecordLines& to) {
  if (data.kind == Kind::object) {
    to.add(object_in(data, inner_), inner_);
    return std::nullopt;
  }
  if (data.kind != Kind::string) return Fault{"data is no string and no object"};
  return fault_at("data",
                  texts_.add(ndjson::unescape(ndjson::inside_quotes(data.value), scratch_), to));
}

Verdict KinesisDecoder::decode_base64(const Member& data, RecordLines& to) {
  if (data.kind != Kind::string) return Fault{"Data is no string"};
  bytes_.clear();
  if (!ndjson::append_base64_decoded(ndjson::unescape(ndjson::inside_quotes(data.value), scratch_),
                                     bytes_)) {
    return Fault{"Data is no base64"};
  }
  if (is_aggregate(bytes_.view())) return decode_aggregate(bytes_.view(), to);
  return fault_at("decoded Data", texts_.add(bytes_.view(), to));
}

Verdict KinesisDecoder::decode_aggregate(std::string_view bytes, RecordLines& to) {
  if (auto fault = unpack_aggregate(bytes, user_records_)) return fault;
  for (size_t i = 0; i < user_records_.size(); ++i) {
    if (auto fault = texts_.add(user_records_[i], to)) {
      return fault_at(place_in("KPL aggregate: records", i), std::move(fault));
    }
  }
  ++to.aggregates;
  return std::nullopt;
}

}  // namespace pinpipe::payload
