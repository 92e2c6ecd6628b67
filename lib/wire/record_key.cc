#include "wire/record_key.h"

#include "base/hash.h"
#include "base/hex.h"
#include "record/clean_record.h"

namespace pinpipe::wire {
namespace {

using json::Kind;

const json::Member* last_named(const FieldName& name, const FoundRecord& record) {
  return name.id == json::kUnknownField ? find_member(record.members, record.view, name.text)
                                        : find_member(record.members, record.view, name.id);
}

}  // namespace

std::string FoundRecord::name() const {
  return std::string(dataset ? name_of(*dataset) : "record");
}

Status KeyFinder::find(const FoundRecord& record, std::string_view bytes, RecordKey& key) {
  const auto* field = field_of(record);
  if (field != nullptr && field->kind != Kind::object && field->kind != Kind::array) {
    key = {field->value, field->kind};
    return {};
  }
  if (hash_missing_) {
    key = hashed(bytes);
    return {};
  }
  if (field == nullptr) return missing(record);
  return Error{record.name() + ": the key is an " +
               (field->kind == Kind::object ? "object" : "array")};
}

RecordKey KeyFinder::hashed(std::string_view bytes) {
  hash_ = '"' + hex(fnv1a(bytes)) + '"';
  return {hash_, Kind::string};
}

/// Where the key may be, the first that counts first. In records of a dataset `ind` and `index` are
/// two spellings of it: one --key does for all records of a post.
std::array<const FieldName*, 2> KeyFinder::names_for(const FoundRecord& record) const {
  static const FieldName kInd("ind");
  static const FieldName kIndex("index");
  if (field_.text.empty()) return {&kInd, &kIndex};
  if (record.dataset && field_.id == kInd.id) return {&kInd, &kIndex};
  if (record.dataset && field_.id == kIndex.id) return {&kIndex, &kInd};
  return {&field_, nullptr};
}

const json::Member* KeyFinder::field_of(const FoundRecord& record) const {
  for (const auto* name : names_for(record)) {
    if (name == nullptr) break;
    const auto* member = last_named(*name, record);
    if (member != nullptr && member->kind != Kind::null) return member;
  }
  return nullptr;
}

Error KeyFinder::missing(const FoundRecord& record) const {
  if (record.dataset && field_.text.empty()) return record::no_key_of(*record.dataset);
  const auto [first, second] = names_for(record);
  const std::string other = second == nullptr ? "" : " or '" + second->text + "'";
  return {record.name() + ": no key '" + first->text + "'" + other};
}

}  // namespace pinpipe::wire
