// Plans as SQL, for those who have the clean records in tables `pin`, `geo` and `user`.
//
// A statement gives the rows that lib/query gives for the same records, in the same order, in any
// time zone of the session and over tables and views alike. The tables have the columns of the
// clean schema and `arrival`, in whose order the first record of an `ind` counts (null before all
// else); tables_of says how to make them. Timestamps may be text as the cleaners write it, or
// timestamps with or without a time zone, these being of UTC; their fractions are of microseconds.
// Coordinates are numbers there, as engines write them, and no text.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "query/plan.h"

namespace pinpipe::query {

/// spark is ANSI SQL for Spark 3.4 and later; duckdb for DuckDB 0.10 and later.
enum class Dialect : uint8_t { spark, duckdb };

/// A statement an answer, each behind lines of comment that say what it asks, and ended by ";\n".
std::string sql_of(std::span<const Plan> plans, Dialect dialect);

/// The statements that make the tables, as lines of comment: they name files that the reader has.
std::string tables_of(Dialect dialect);

}  // namespace pinpipe::query
