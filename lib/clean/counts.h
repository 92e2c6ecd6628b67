// What was done to the values of clean records; nothing disappears uncounted.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "record/schema.h"

namespace pinpipe::clean {

/// How often each name came, in bounded memory: of more than `most` names, the first by bytes;
/// others, and those of more than kLongestName bytes, are counted together as kOther. What is
/// counted does not depend on the order in which they come.
class NameCounts {
 public:
  static constexpr size_t kLongestName = 100;
  static constexpr std::string_view kOther = "(other)";

  explicit NameCounts(size_t most = 64) : most_(most) {}

  void add(std::string_view name, uint64_t times = 1);
  void merge(const NameCounts& other);

  size_t size() const { return counts_.size(); }
  auto begin() const { return counts_.begin(); }
  auto end() const { return counts_.end(); }

 private:
  size_t most_;
  std::map<std::string, uint64_t, std::less<>> counts_;
};

struct Counts {
  static constexpr size_t kMaxFields = record::kMaxFields;

  uint64_t records = 0;
  std::array<uint64_t, kMaxFields> absent{};      ///< by rule
  std::array<uint64_t, kMaxFields> nulled{};      ///< by rule
  std::array<uint64_t, kMaxFields> unreadable{};  ///< by rule
  uint64_t other_keys = 0;  ///< records whose `index` is another number than `ind`
  NameCounts dropped;
  /// By field of the raw schema: unknown keys that look like it, of records that lack it.
  std::array<NameCounts, kMaxFields> misspelt = make_misspelt();

  /// Values of the clean field `i` that are there, and no placeholders.
  uint64_t present(size_t i) const { return records - absent[i] - nulled[i]; }

  void merge(const Counts& other);

 private:
  static constexpr size_t kMaxMisspellings = 3;  ///< of a field, each a line at the end
  static std::array<NameCounts, kMaxFields> make_misspelt();
};

}  // namespace pinpipe::clean
