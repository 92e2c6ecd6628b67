// What a question is answered with: rows of values under named columns.
//
// Texts are views into the PostTable that was asked, or of static storage.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace pinpipe::query {

struct Column {
  enum class Type : uint8_t { text, integer };

  std::string_view name;
  Type type;
};

/// Null, an integer or a text, which compare in this order; texts by their bytes.
using Value = std::variant<std::monostate, int64_t, std::string_view>;
using Row = std::vector<Value>;

struct Answer {
  std::string_view name;  ///< of the question
  std::span<const Column> columns;
  std::vector<Row> rows;  ///< a value a column
};

}  // namespace pinpipe::query
