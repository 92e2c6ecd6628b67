#include "record/names.h"

#include <algorithm>
#include <vector>

#include "record/schema.h"

namespace pinpipe::record {
namespace {

json::Names collect() {
  std::vector<std::string_view> keys;
  const auto add = [&](std::string_view key) {
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  };
  for (const Dataset dataset : kDatasets) add(name_of(dataset));
  for (const Dataset dataset : kDatasets) {
    for (const auto& field : raw_schema(dataset)) add(field.name);
    for (const auto& field : clean_schema(dataset)) add(field.name);
  }
  return json::Names(keys);
}

}  // namespace

const json::Names& names() {
  static const json::Names all = collect();
  return all;
}

json::NameId id_of(Dataset dataset) {
  static const std::array<json::NameId, 3> ids{names().find(kDatasetNames[0]),
                                               names().find(kDatasetNames[1]),
                                               names().find(kDatasetNames[2])};
  return ids[index_of(dataset)];
}

}  // namespace pinpipe::record
