// What the dialects of SQL write in different ways.
//
// Templates are those of fmt: {0} is a column or an expression.
#pragma once

#include <string>
#include <string_view>

#include "query/sql.h"

namespace pinpipe::query {

struct DialectSql {
  char quote;                         ///< around names
  bool has_backslash_escapes;         ///< in the literals of texts
  std::string_view utc;               ///< a timestamp without a zone, in UTC, of whatever it is of
  std::string_view timestamp_text;    ///< of such a one, as the cleaners write it
  std::string_view coordinates_text;  ///< as JSON, without blanks
  std::string_view each_tag;          ///< a row a part between commas
  std::string_view tuple;
  std::string_view sum;         ///< exact
  std::string_view mean;        ///< a double: the exact sum, rounded, by the number of values
  std::string_view percentile;  ///< an exact aggregate, {1} the share; "" where there is none
  std::string_view integer;     ///< the types of columns
  std::string_view text;
  std::string_view coordinates;
  std::string_view column;  ///< {0} the name of one in a struct, {1} its type

  // How to make the tables; what is in <> is filled in.
  std::string_view post_table;    ///< of posts in NDJSON; <pin>, <geo>, <user> are their columns
  std::string_view dataset_view;  ///< of each <dataset> of it
  std::string_view other_views;   ///< of files of other forms

  /// `name`, in quotes where the dialects take it for a word of theirs.
  std::string name(std::string_view name) const;
  std::string literal(std::string_view value) const;
};

const DialectSql& sql_of_dialect(Dialect dialect);

}  // namespace pinpipe::query
