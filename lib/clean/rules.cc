#include "clean/rules.h"

#include <array>

#include "json/writer.h"
#include "record/schema.h"

namespace pinpipe::clean {
namespace {

using Texts = std::span<const std::string_view>;
using std::string_view;

constexpr string_view kUserInfoError[] = {"User Info Error"};
constexpr string_view kNoTitle[] = {"No Title Data Available", "Untitled"};
constexpr string_view kNoDescription[] = {"No description available Story format",
                                          "No description available", "Untitled"};
constexpr string_view kNoTags[] = {"N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e"};
constexpr string_view kNoImage[] = {"Image src error."};

constexpr string_view kUniqueId[] = {"unique_id"};
constexpr string_view kTitle[] = {"title"};
constexpr string_view kDescription[] = {"description"};
constexpr string_view kFollowerCount[] = {"follower_count"};
constexpr string_view kPosterName[] = {"poster_name"};
constexpr string_view kTagList[] = {"tag_list"};
constexpr string_view kIsImageOrVideo[] = {"is_image_or_video"};
constexpr string_view kImageSrc[] = {"image_src"};
constexpr string_view kSaveLocation[] = {"save_location"};
constexpr string_view kCategory[] = {"category"};
constexpr string_view kCountry[] = {"country"};
constexpr string_view kPlace[] = {"latitude", "longitude", "coordinates"};
constexpr string_view kTimestamp[] = {"timestamp"};
constexpr string_view kNames[] = {"first_name", "last_name", "user_name"};
constexpr string_view kAge[] = {"age"};
constexpr string_view kDateJoined[] = {"date_joined"};

constexpr Rule kPinRules[] = {
    {"ind", Kind::key, record::kKeyNames, {}},
    {"unique_id", Kind::text, kUniqueId, {}},
    {"title", Kind::text, kTitle, kNoTitle},
    {"description", Kind::text, kDescription, kNoDescription},
    {"follower_count", Kind::count, kFollowerCount, kUserInfoError},
    {"poster_name", Kind::text, kPosterName, kUserInfoError},
    {"tag_list", Kind::tags, kTagList, kNoTags},
    {"is_image_or_video", Kind::text, kIsImageOrVideo, {}},
    {"image_src", Kind::text, kImageSrc, kNoImage},
    {"save_location", Kind::path, kSaveLocation, {}, "Local save in "},
    {"category", Kind::text, kCategory, {}},
};
constexpr Rule kGeoRules[] = {
    {"ind", Kind::key, record::kKeyNames, {}},
    {"country", Kind::text, kCountry, {}},
    {"coordinates", Kind::coordinates, kPlace, {}},
    {"timestamp", Kind::timestamp, kTimestamp, {}},
};
constexpr Rule kUserRules[] = {
    {"ind", Kind::key, record::kKeyNames, {}},
    {"user_name", Kind::joined, kNames, {}},
    {"age", Kind::integer, kAge, {}},
    {"date_joined", Kind::timestamp, kDateJoined, {}},
};

/// A misspelt key would be an unknown one, and its field null for ever.
consteval bool are_fields(std::span<const Rule> rules, std::span<const record::Field> schema) {
  if (rules.size() != schema.size()) return false;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].key != schema[i].name) return false;
    for (const auto key : rules[i].from) {
      if (record::kFieldIds.find(key) == json::kUnknownField) return false;
    }
  }
  return true;
}
consteval size_t raw_keys_of(std::span<const Rule> rules) {
  size_t keys = 0;
  for (const auto& rule : rules) keys += rule.from.size();
  return keys;
}
static_assert(std::max({raw_keys_of(kPinRules), raw_keys_of(kGeoRules), raw_keys_of(kUserRules)}) <=
                  kMaxRawKeys,
              "raise kMaxRawKeys of clean/rules.h");
static_assert(are_fields(kPinRules, record::kCleanPin),
              "a rule a field of record/schema.h, in its order, of keys that it knows");
static_assert(are_fields(kGeoRules, record::kCleanGeo),
              "a rule a field of record/schema.h, in its order, of keys that it knows");
static_assert(are_fields(kUserRules, record::kCleanUser),
              "a rule a field of record/schema.h, in its order, of keys that it knows");

void write_list(string_view name, Texts texts, json::Writer<std::string>& writer) {
  writer.key(name);
  writer.begin_array();
  for (const auto text : texts) writer.value(text);
  writer.end_array();
}

}  // namespace

std::span<const Rule> rules_of(record::Dataset dataset) {
  switch (dataset) {
    case record::Dataset::pin:
      return kPinRules;
    case record::Dataset::geo:
      return kGeoRules;
    default:
      return kUserRules;
  }
}

string_view name_of(Kind kind) {
  constexpr std::array<string_view, 9> kNamesOfKinds{
      "key", "text", "tags", "path", "integer", "count", "coordinates", "timestamp", "joined"};
  return kNamesOfKinds[static_cast<size_t>(kind)];
}

std::string rules_text(record::Dataset dataset) {
  std::string text;
  for (const auto& rule : rules_of(dataset)) {
    json::Writer writer(text);
    writer.begin_object();
    writer.member("dataset", record::name_of(dataset));
    writer.member("key", rule.key);
    writer.member("kind", name_of(rule.kind));
    write_list("from", rule.from, writer);
    if (!rule.nulls.empty()) write_list("null", rule.nulls, writer);
    if (!rule.prefix.empty()) writer.member("prefix", rule.prefix);
    writer.end_object();
    text += '\n';
  }
  return text;
}

}  // namespace pinpipe::clean
