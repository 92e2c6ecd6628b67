#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>

#include "json/object.h"
#include "json/string.h"
#include "wire/arrival.h"
#include "wire/fields.h"
#include "wire/kafka_rest.h"

namespace pinpipe::wire {
namespace {

using json::CheckedText;
using json::find_member;
using json::Kind;

/// What stands at Envelope::at.
enum class Inside : uint8_t {
  request,  // what would be a line itself; text is a value
  list,     // of records
  value,    // of a record
  typed,    // a value, or of v3 an object with its type
  report,   // of delivery: no record
};

/// Of an envelope of changes: not each of them is a new row.
struct ChangeKinds {
  std::string_view name;  // the member that says what kind a change is
  std::array<std::string_view, 3> new_row;
};
constexpr ChangeKinds kDebezium{change_field::kOp, {"c", "u", "r"}};
constexpr ChangeKinds kMaxwell{change_field::kType, {"insert", "update", "bootstrap-insert"}};

/// What may be around a record. The first row counts whose marks are all there; `alone`: and
/// nothing else is.
struct Envelope {
  std::array<std::string_view, 4> marks;  // "" any
  bool alone;
  std::string_view at;
  Inside inside;
  bool in_values;  // and not in lines alone: it can be the value of a Kafka record
  std::string_view arrival;
  const ChangeKinds* kinds;
};
// clang-format off
constexpr Envelope kEnvelopes[] = {
    // Connect's JsonConverter with schemas.
    {{change_field::kSchema, change_field::kPayload}, true, change_field::kPayload, Inside::value, true, "", nullptr},
    // Our own lines; lines of kcat -J, whose payload is text; Debezium's with payloads alone.
    {{line_field::kPayload}, false, line_field::kPayload, Inside::request, false, change_field::kTime, nullptr},
    {{kafka_field::kRecords}, false, kafka_field::kRecords, Inside::list, false, "", nullptr},
    {{change_field::kOp, change_field::kAfter}, false, change_field::kAfter, Inside::value, true,
     change_field::kTimeMs, &kDebezium},
    {{change_field::kDatabase, change_field::kTable, change_field::kType, change_field::kData}, false,
     change_field::kData, Inside::value, true, change_field::kTime, &kMaxwell},
    {{kafka_field::kErrorCode}, false, "", Inside::report, false, "", nullptr},
    // A record of a consumer's reply, then one of a request.
    {{kafka_field::kValue, kafka_field::kOffset}, false, kafka_field::kValue, Inside::value, false, "", nullptr},
    {{kafka_field::kValue}, false, kafka_field::kValue, Inside::typed, false, "", nullptr},
};
// clang-format on

constexpr std::string_view kNoTimeOfKcat = "-1";
constexpr std::string_view kUnknown = "no produce request, consumer reply or kcat -J line";

/// Levels of envelopes and texts around a record: Debezium's in Connect's as text in ours has 4.
constexpr int kMaxLevels = 8;

/// The members that rows for values look for, each once.
constexpr std::array<std::string_view, 10> kValueMembers{
    change_field::kSchema, change_field::kPayload,  change_field::kOp,    change_field::kAfter,
    change_field::kTimeMs, change_field::kDatabase, change_field::kTable, change_field::kType,
    change_field::kData,   change_field::kTime};

/// `member_of` gives the value of a member, or nothing; `members` is how many there are.
template <class MemberOf>
const Envelope* envelope_of(size_t members, bool is_value, MemberOf member_of) {
  for (const auto& row : kEnvelopes) {
    if (is_value && !row.in_values) continue;
    const auto has = [&](auto mark) { return mark.empty() || member_of(mark).has_value(); };
    if (!std::ranges::all_of(row.marks, has)) continue;
    const auto marks = row.marks.size() - std::ranges::count(row.marks, std::string_view());
    if (!row.alone || members == static_cast<size_t>(marks)) return &row;
  }
  return nullptr;
}

/// Whether `object`, which need not be checked, may be an envelope: its first key is none of a
/// record's. Nearly all values are told apart by it.
bool may_be_envelope(std::string_view object) {
  // ind or index. Of starts_with g++ may make two calls.
  constexpr std::string_view kStart = R"({"ind)";
  if (object.size() >= kStart.size() &&
      std::memcmp(object.data(), kStart.data(), kStart.size()) == 0) [[likely]]
    return false;
  const size_t open = object.find('"');
  const size_t close = open == object.npos ? open : object.find('"', open + 1);
  if (close == object.npos) return false;
  return record::kFieldIds.find(object.substr(open + 1, close - open - 1)) == json::kUnknownField;
}

/// Why `value`, called `name`, is no record, and what to do about it.
Error no_record(std::string_view name, Kind kind) {
  const std::string what(name);
  switch (kind) {
    case Kind::null:
      return {what + " is null, a tombstone: take such records out first, with jq 'select(." +
              what + " != null)'"};
    case Kind::string:
      return {what +
              " is a string: produce and consume records as application/vnd.kafka.json.v2+json"};
    default:
      return {what + " is not an object"};
  }
}

/// Whether the change is one that has a new row. Errors: a delete, and what is about no row.
Status check_kind(const ChangeKinds& kinds, const std::optional<CheckedText::Value>& kind) {
  const auto text = kind ? kind->text : std::string_view("null");
  const auto is_text = [&](auto name) {
    return text.size() == name.size() + 2 && json::inside_quotes(text) == name;
  };
  if (std::ranges::any_of(kinds.new_row, is_text)) return {};
  const std::string name(kinds.name);
  return Error{name + " is " + record::shown(text) +
               ", a change without a new row: take deletes out first, with jq"};
}

bool is_json_text_of_value(std::string_view inside) {
  const size_t start = inside.find_first_not_of(' ');
  return start != inside.npos && (inside[start] == '{' || inside.substr(start).starts_with("\\\""));
}

}  // namespace

Status KafkaUnwrapper::line(std::string_view line, RecordLines& to) {
  const RecordLinesMark mark(to);
  time_.reset();
  auto status = unwrap(line, to);
  if (!status.ok()) mark.rewind(to);
  return status;
}

void KafkaUnwrapper::give_back() {
  scanner_.give_back();
  members_.give_back();
  value_scanner_.give_back();
  value_members_.give_back();
  texts_.give_back();
  pinpipe::give_back(line_text_);
}

Status KafkaUnwrapper::unwrap(std::string_view line, RecordLines& to) {
  if (is_text_line(line)) {
    TRY(read_text_line(line, line_text_));
    make_one_line(line_text_);
    line = line_text_;
  }
  const size_t start = line.find_first_not_of(" \t\r");
  if (start != line.npos && line[start] == '[') {
    TRY(scanner_.array(line, elements_, 0));
    return unwrap_array("", line, to);
  }
  TRY(scanner_.object(line, members_));
  return unwrap_object(whole_object(members_), to);
}

/// A line, or the payload of one.
Status KafkaUnwrapper::unwrap_object(const json::ObjectView& object, RecordLines& to) {
  size_t count = 0;
  members_.each(object.begin, object.end, [&](const json::Member&, uint32_t) { ++count; });
  const auto member_of = [&](std::string_view name) -> std::optional<Value> {
    const auto* member = find_member(members_, object, name);
    if (member == nullptr) return std::nullopt;
    return Value{member->value, member->kind, false};
  };
  const auto* row = envelope_of(count, false, member_of);
  if (row == nullptr) return Error{std::string(kUnknown)};
  if (row->kinds != nullptr) {
    TRY(check_kind(*row->kinds, member_of(row->kinds->name)));
  }
  TRY(note_arrival(row->arrival.empty() ? std::nullopt : member_of(row->arrival)));
  if (row->inside == Inside::report) return Error{"a delivery report, not a record"};
  const auto* member = find_member(members_, object, row->at);
  if (row->inside == Inside::request && member->kind == Kind::object) {
    if (object.begin != 0) return Error{std::string(kUnknown)};  // a payload has none of its own
    return unwrap_object(object_in(*member, members_), to);
  }
  if (row->inside == Inside::request && member->kind == Kind::string)
    return located(row->at, add_text(json::inside_quotes(member->value), 1, to));
  if (row->inside == Inside::list) {
    if (member->kind != Kind::array) return Error{std::string(row->at) + " is not an array"};
    return unwrap_array(row->at, member->value, to);
  }
  const auto value = CheckedText(member->value).value();
  return row->inside == Inside::typed ? unwrap_typed(row->at, value, to)
                                      : add_value(row->at, value, 1, to);
}

Status KafkaUnwrapper::unwrap_array(std::string_view name, std::string_view array,
                                    RecordLines& to) {
  return take_elements(name, array, to,
                       [&](CheckedText& text) { return unwrap_element(text, to); });
}

Status KafkaUnwrapper::unwrap_element(CheckedText& text, RecordLines& to) {
  if (text.kind() != Kind::object) {
    text.value();
    return Error{"not an object"};
  }
  time_.reset();
  const auto value = text.member(kafka_field::kValue);
  if (!value) return Error{"no value"};
  return add_value(kafka_field::kValue, *value, 1, to);
}

/// Of v3, {"type":T,"data":V}; any other object is a value itself.
Status KafkaUnwrapper::unwrap_typed(std::string_view name, const Value& value, RecordLines& to) {
  if (value.kind != Kind::object) return add_value(name, value, 1, to);
  constexpr std::array<std::string_view, 2> kTyped{kafka_field::kType, kafka_field::kData};
  const auto [type, data] = CheckedText(value.text).members(kTyped);
  if (!type || type->kind != Kind::string || !data) return add_value(name, value, 1, to);
  const auto kind = json::inside_quotes(type->text);
  if (kind != kafka_field::kJson.view() && kind != kafka_field::kString.view()) {
    return located(name, Error{"type is " + std::string(type->text) +
                               ": only \"JSON\" and \"STRING\" are read"});
  }
  return located(name, add_value(kafka_field::kData, *data, 1, to));
}

/// Adds the record that `value` is, or is around, as text or in an envelope. `level` is how many of
/// these are around it.
Status KafkaUnwrapper::add_value(std::string_view name, const Value& value, int level,
                                 RecordLines& to) {
  if (value.kind == Kind::object) {
    if (!may_be_envelope(value.text)) return add(name, value, to);
    return located(name, add_enveloped(value, level, to));
  }
  if (value.kind != Kind::string) return no_record(name, value.kind);
  const auto inside = json::inside_quotes(value.text);
  if (!is_json_text_of_value(inside)) return no_record(name, value.kind);
  return located(name, add_text(inside, level, to));
}

/// Adds what `escaped`, the inside of a string, stands for: checked where it is to stay, unless it
/// is an envelope or text again.
Status KafkaUnwrapper::add_text(std::string_view escaped, int level, RecordLines& to) {
  const size_t begin = to.text.size();
  json::append_unescaped(escaped, to.text);
  const auto text = to.text.view().substr(begin);
  if (!is_text_line(text) && !may_be_envelope(text)) {
    texts_.stamp(time_);
    return texts_.add_written(begin, to);
  }
  std::string inner(text);
  to.text.truncate(begin);
  if (is_text_line(inner)) {
    const std::string outer = std::move(inner);
    TRY(read_text_line(outer, inner));
  }
  TRY(value_scanner_.object(inner, value_members_));
  return add_enveloped(CheckedText(inner).value(), level, to);
}

/// Adds the record that the object `value` is, or is around.
Status KafkaUnwrapper::add_enveloped(const Value& value, int level, RecordLines& to) {
  if (level > kMaxLevels) return Error{"too many texts or envelopes"};
  size_t count = 0;
  CheckedText counted(value.text);
  for (bool more = counted.enter(); more; more = counted.next()) {
    counted.key();
    counted.value();
    ++count;
  }
  const auto found = CheckedText(value.text).members(kValueMembers);
  const auto member_of = [&](std::string_view member) -> std::optional<Value> {
    const auto at = std::ranges::find(kValueMembers, member);
    if (at == kValueMembers.end()) return std::nullopt;
    return found[static_cast<size_t>(at - kValueMembers.begin())];
  };
  const auto* row = envelope_of(count, true, member_of);
  if (row == nullptr) return add("record", value, to);
  if (row->kinds != nullptr) {
    TRY(check_kind(*row->kinds, member_of(row->kinds->name)));
  }
  TRY(note_arrival(row->arrival.empty() ? std::nullopt : member_of(row->arrival)));
  return add_value(row->at, *member_of(row->at), level + 1, to);
}

/// The outermost time counts: that of the Kafka record.
Status KafkaUnwrapper::note_arrival(const std::optional<Value>& arrival) {
  if (!stamps_ || time_ || !arrival || arrival->kind == Kind::null) return {};
  if (arrival->text == kNoTimeOfKcat) return {};
  time_ = TRY(read_arrival(*arrival));
  return {};
}

Status KafkaUnwrapper::add(std::string_view name, const Value& record, RecordLines& to) {
  if (stamps_ || may_be_too_large(record, scanner_.was_deep())) [[unlikely]] {
    texts_.stamp(time_);
    return located(name, texts_.add(record.text, to));
  }
  to.add(record);
  return {};
}

}  // namespace pinpipe::wire
