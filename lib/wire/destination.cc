#include "wire/destination.h"

#include <algorithm>

namespace pinpipe::wire {
namespace {

constexpr std::string_view kUserId = "user_id";
constexpr std::string_view kDataset = "dataset";

Error bad_pattern(const NameRule& rule, std::string_view pattern, const std::string& why) {
  return {std::string(rule.what) + " '" + std::string(pattern) + "': " + why,
          "placeholders are {user_id} and {dataset}"};
}

Status check_name(const NameRule& rule, const std::string& name) {
  if (is_possible_name(rule, name)) return {};
  return Error{"'" + name + "' is not a valid name of a " + std::string(rule.what),
               name_hint(rule)};
}

Result<std::string> expand(const NameRule& rule, std::string_view pattern,
                           const std::optional<std::string>& user_id, std::string_view dataset) {
  std::string name;
  for (std::string_view rest = pattern; !rest.empty();) {
    const size_t open = std::min(rest.find('{'), rest.size());
    name += rest.substr(0, open);
    rest.remove_prefix(open);
    if (rest.empty()) break;
    const size_t close = rest.find('}');
    if (close == rest.npos) return bad_pattern(rule, pattern, "'{' is not closed");
    const auto placeholder = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    if (placeholder == kDataset) {
      name += dataset;
    } else if (placeholder != kUserId) {
      return bad_pattern(rule, pattern, "unknown placeholder '{" + std::string(placeholder) + "}'");
    } else if (!user_id || user_id->empty()) {
      return Error{std::string(rule.what) + " '" + std::string(pattern) + "' needs --user-id",
                   "give --user-id ID, or --" + std::string(rule.what) + " NAME"};
    } else {
      name += *user_id;
    }
  }
  return name;
}

}  // namespace

Result<Destinations> resolve_destinations(const NameRule& rule, std::string_view pattern,
                                          const std::optional<std::string>& user_id) {
  Destinations destinations;
  for (const auto dataset : record::kDatasets) {
    auto name = TRY(expand(rule, pattern, user_id, name_of(dataset)));
    TRY(check_name(rule, name));
    if (!destinations.names.empty() && destinations.names[0] == name) break;
    destinations.names.push_back(std::move(name));
  }
  return destinations;
}

Result<std::vector<std::string>> names_of_id(const NameRule& rule, const std::string& id) {
  auto found = resolve_destinations(rule, rule.pattern, id);
  if (found.ok()) return std::move(found->names);
  return Error{"ID '" + id + "' cannot be part of a " + std::string(rule.what) + "'s name",
               name_hint(rule)};
}

}  // namespace pinpipe::wire
