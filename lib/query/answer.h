// What a question is answered with: rows of values under named columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pinpipe::query {

struct Column {
  enum class Type : uint8_t { text, integer, real };
  /// What a column is for a picture: `key` names the group of a row, `label` is another name that
  /// was found (who has the most), `measure` is a figure.
  enum class Role : uint8_t { key, label, measure };

  std::string name;
  Type type;
  Role role = Role::key;

  bool is_number() const { return type != Type::text; }
};

/// A sum may need more than 64 bits.
using Integer = __int128;
/// Null, a truth, an integer, a real or a text, which compare in this order; texts by their bytes.
using Value = std::variant<std::monostate, bool, Integer, double, std::string>;
using Row = std::vector<Value>;

struct Answer {
  std::string name;  ///< of the question
  std::vector<Column> columns;
  std::vector<Row> rows;  ///< a value a column
};

/// A number as JSON has it; `null` where it is none.
std::string number_text(const Value& value, std::string_view null);

/// For people: control characters as escapes, `null` for null.
std::string shown_text(const Value& value);

using Cells = std::vector<std::vector<std::string>>;

/// `answer` as texts for people, the names of its columns first.
Cells cells_of(const Answer& answer);

}  // namespace pinpipe::query
