#include "base/suggest.h"

#include <algorithm>

#include "base/edit_distance.h"

namespace pinpipe {

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::string* best = nullptr;
  size_t fewest = std::max<size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const size_t count = edit_distance(word, candidate);
    if (count < fewest) {
      fewest = count;
      best = &candidate;
    }
  }
  return best == nullptr ? "" : *best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const auto word_meant = nearest(word, candidates);
  return word_meant.empty() ? "" : "did you mean '" + word_meant + "'?";
}

}  // namespace pinpipe
