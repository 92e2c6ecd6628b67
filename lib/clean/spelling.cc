#include "clean/spelling.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/suggest.h"
#include "clean/counts.h"
#include "record/records.h"

namespace pinpipe::clean {
namespace {

constexpr size_t kShortName = 5;  // letters: shorter names have many neighbours
constexpr size_t kMaxEdits = 2;
constexpr size_t kMaxKnown = 64;       // keys that are remembered, as files have few
constexpr size_t kLongestKnown = 100;  // bytes

bool is_ignored(char c) { return c == '_' || c == '-' || c == ' '; }

/// `key` without what is ignored, in small letters; cut off behind `most` bytes and one.
std::string plain_name(std::string_view key, size_t most) {
  std::string name;
  for (const char c : key) {
    if (is_ignored(c)) continue;
    name += lower_case(c);
    if (name.size() > most) break;
  }
  return name;
}

}  // namespace

Spelling::Spelling(record::Dataset dataset) {
  for (const auto& field : record::raw_schema(dataset)) {
    if (field.name != record::raw_key(dataset)) fields_ |= RawFields{1} << names_.size();
    names_.push_back(plain_name(field.name, field.name.size()));
  }
}

std::vector<Spelling::Near> Spelling::find_near(std::string_view key) const {
  const auto longest = std::ranges::max(names_, {}, &std::string::size).size() + kMaxEdits;
  const auto name = plain_name(key, longest);
  std::vector<Near> near;
  for (size_t i = 0; i < names_.size(); ++i) {
    const size_t most = names_[i].size() < kShortName ? 1 : kMaxEdits;
    const auto [shorter, longer] = std::minmax({name.size(), names_[i].size()});  // as values
    if (longer - shorter > most) continue;
    const size_t edits = edit_distance(name, names_[i]);
    if (edits <= most) near.push_back({static_cast<uint8_t>(i), static_cast<uint8_t>(edits)});
  }
  std::ranges::stable_sort(near, {}, &Near::edits);
  return near;
}

std::optional<size_t> Spelling::field_meant(std::string_view key, RawFields among) {
  const auto first_of = [&](const std::vector<Near>& near) -> std::optional<size_t> {
    for (const auto& each : near) {
      if ((among >> each.field & 1) != 0) return each.field;
    }
    return std::nullopt;
  };
  if (key.size() > kLongestKnown) return first_of(find_near(key));
  auto found = known_.find(key);
  if (found == known_.end()) {
    if (known_.size() >= kMaxKnown) known_.clear();
    found = known_.emplace(key, find_near(key)).first;
  }
  return first_of(found->second);
}

std::string misspelling(record::Dataset dataset, size_t field, std::string_view key) {
  const std::string name(record::raw_schema(dataset)[field].name);
  if (key == NameCounts::kOther) return "other keys look like " + name + ", which is missing";
  return "\"" + record::shown(key) + "\" is not a field; it looks like " + name +
         ", which is missing";
}

}  // namespace pinpipe::clean
