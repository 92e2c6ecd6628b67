// Unknown keys that look like a misspelt field: `img_src`, `posterName`, `catgory`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/schema.h"

namespace pinpipe::clean {

/// Fields of a raw schema, a bit each.
using RawFields = uint32_t;

/// Finds the field that a key is meant for: one whose name is within two edits of the key, within
/// one where the name has less than five letters; case, '_', '-' and blanks are ignored.
/// One per thread.
class Spelling {
 public:
  explicit Spelling(record::Dataset dataset);

  /// All raw fields but the key.
  RawFields fields() const { return fields_; }
  /// Of `among`, the field that `key` is nearest to, as its place in the raw schema; of equally
  /// near ones the first. Nothing where none is near. `key` is unescaped.
  std::optional<size_t> field_meant(std::string_view key, RawFields among);

 private:
  struct Near {
    uint8_t field;
    uint8_t edits;
  };

  std::vector<Near> find_near(std::string_view key) const;

  std::vector<std::string> names_;  // of the raw schema, without what is ignored
  RawFields fields_ = 0;
  std::map<std::string, std::vector<Near>, std::less<>> known_;  // what was found, nearest first
};

/// What is wrong with an unknown `key`, or NameCounts::kOther, that looks like a field of the raw
/// schema of `dataset`.
std::string misspelling(record::Dataset dataset, size_t field, std::string_view key);

}  // namespace pinpipe::clean
