// The cleaning rules, as data: one row a clean field.
//
// The cleaners interpret these rows; `clean-pin --rules`, the man pages and the tests read them. To
// change a rule, change its row. What each kind of rule accepts is said at Kind.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "record/schema.h"

namespace pinpipe::clean {

enum class Kind : uint8_t {
  /// The record's own number: an integer, or one as a string. Without it the record is rejected.
  key,
  /// A string as it is; empty or ASCII-blank is null.
  text,
  /// Text, or an array of texts, which are joined by commas.
  tags,
  /// Text without `prefix`, however often it is repeated.
  path,
  /// An integer, or one as a string.
  integer,
  /// An integer, or a string of one with thousands commas, exact decimals and k, m or b (any case).
  count,
  /// [latitude, longitude], digits as written; null unless both are numbers within ±90 and ±180.
  coordinates,
  /// A date and time, converted to UTC.
  timestamp,
  /// Two texts joined by one blank, or the one that exists.
  joined,
};

struct Rule {
  std::string_view key;  ///< of the clean field
  Kind kind;
  std::span<const std::string_view> from;   ///< raw keys; the first that are present count
  std::span<const std::string_view> nulls;  ///< placeholders: whole values that are null
  std::string_view prefix = {};
};

/// Of all rules of a dataset.
inline constexpr size_t kMaxRawKeys = 12;

/// The rules of a dataset, in the order of its clean schema.
std::span<const Rule> rules_of(record::Dataset dataset);

std::string_view name_of(Kind kind);

/// The rules as NDJSON: {"dataset","key","kind","from",["null"],["prefix"]} a line.
std::string rules_text(record::Dataset dataset);

}  // namespace pinpipe::clean
