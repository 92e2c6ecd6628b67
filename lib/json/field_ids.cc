#include "json/field_ids.h"

#include <algorithm>

namespace pinpipe::json {

Names::Names(std::span<const std::string_view> keys) {
  std::ranges::copy(keys, keys_.begin());
  std::ranges::stable_sort(keys_.begin(), keys_.begin() + keys.size(), {}, &std::string_view::size);
  for (size_t size = 0; size <= kSizes; ++size) {
    const auto shorter = std::ranges::count_if(keys, [&](auto key) { return key.size() < size; });
    first_of_size_[size] = static_cast<NameId>(shorter);
  }
}

NameId Names::find(std::string_view key) const {
  if (key.size() >= kSizes) return kUnknownName;
  for (NameId id = first_of_size_[key.size()]; id < first_of_size_[key.size() + 1]; ++id) {
    if (keys_[id] == key) return id;
  }
  return kUnknownName;
}

}  // namespace pinpipe::json
