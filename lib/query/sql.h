// The questions as SQL, for those who have the clean records in tables `pin`, `geo` and `user`.
//
// A statement gives the rows that lib/query gives for the same records: the first record of an
// `ind` in the order of the table counts, ties and order are the same, the median is
// percentile_disc(0.5). Columns are those of the clean schema; timestamps may be timestamps or
// text.
#pragma once

#include <string>
#include <string_view>

#include "query/plan.h"

namespace pinpipe::query {

/// spark is ANSI SQL for Spark 3.4 and later; duckdb for DuckDB 0.10 and later.
enum class Dialect : uint8_t { spark, duckdb };

/// One statement, behind a line of comment that names the question; ends in ";\n". `years` as in
/// Question::ask.
/// Errors: there is none for the plan yet.
Result<std::string> sql_of(const Plan& plan, Dialect dialect);

}  // namespace pinpipe::query
