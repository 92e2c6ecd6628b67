#include "query/sql_dialect.h"

#include <algorithm>
#include <array>

namespace pinpipe::query {
namespace {

// A column's type is known when a statement is bound, so that one branch of its CASE remains.
constexpr DialectSql kDuckdb{
    .quote = '"',
    .has_backslash_escapes = false,
    .utc =
        "CASE WHEN typeof({0}) LIKE '%TIME ZONE'\n"
        "      THEN make_timestamp(epoch_us(CAST({0} AS TIMESTAMPTZ)))\n"
        "      ELSE CAST({0} AS TIMESTAMP) END",
    .timestamp_text = "rtrim(rtrim(strftime({0}, '%Y-%m-%dT%H:%M:%S.%f'), '0'), '.')",
    .coordinates_text = "replace(CAST({0} AS VARCHAR), ', ', ',')",
    .each_tag = "unnest(string_split({0}, ','))",
    .tuple = "row({0})",
    .sum = "sum({0})",
    .mean = "CAST(sum({0}) AS DOUBLE) / count({0})",
    .percentile = "percentile_disc({1}) WITHIN GROUP (ORDER BY {0})",
    .integer = "BIGINT",
    .text = "VARCHAR",
    .coordinates = "DOUBLE[]",
    .column = "{0} {1}",
    .post_table =
        "Of clean posts, in NDJSON:\n"
        "  CREATE TEMP TABLE posts AS SELECT *, row_number() OVER () AS arrival\n"
        "  FROM read_json('posts.ndjson', format = 'newline_delimited', columns = {\n"
        "    'pin': 'STRUCT(<pin>)',\n"
        "    'geo': 'STRUCT(<geo>)',\n"
        "    'user': 'STRUCT(<user>)'});\n",
    .dataset_view =
        "  CREATE TEMP VIEW \"<dataset>\" AS\n"
        "  SELECT unnest(\"<dataset>\"), arrival FROM posts WHERE \"<dataset>\" IS NOT NULL;\n",
    .other_views =
        "Of clean records of one dataset, in Parquet or, by read_json('pin.ndjson',\n"
        "columns = {...}), in NDJSON; geo and user likewise:\n"
        "  CREATE TEMP VIEW \"pin\" AS SELECT *, row_number() OVER () AS arrival\n"
        "  FROM read_parquet('pin.parquet');\n"
        "Of Delta tables by to-delta, in which an ind is once; with --append they have arrival:\n"
        "  CREATE TEMP VIEW \"pin\" AS SELECT *, NULL AS arrival FROM delta_scan('tables/pin');\n"};

// An instant (TIMESTAMP) has parts in the session's zone alone, so that one of UTC is made of its
// microseconds. Spark's own percentile_disc gives doubles, which are not exact beyond 2^53, and up
// to 3.4.1 was wrong in some cases (SPARK-44871); a sum of bigints overflows.
constexpr DialectSql kSpark{
    .quote = '`',
    .has_backslash_escapes = true,
    .utc =
        "CASE WHEN typeof({0}) = 'timestamp'\n"
        "      THEN TIMESTAMP_NTZ '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0,\n"
        "        CAST(unix_micros(CAST({0} AS TIMESTAMP)) / CAST(1000000 AS DECIMAL(7, 0))\n"
        "          AS DECIMAL(18, 6)))\n"
        "      ELSE CAST({0} AS TIMESTAMP_NTZ) END",
    .timestamp_text = "replace(CAST({0} AS STRING), ' ', 'T')",
    .coordinates_text = "replace(CAST({0} AS STRING), ', ', ',')",
    .each_tag = "explode(split({0}, ','))",
    .tuple = "struct({0})",
    .sum = "sum(CAST({0} AS DECIMAL(38, 0)))",
    .mean = "CAST(sum(CAST({0} AS DECIMAL(38, 0))) AS DOUBLE) / count({0})",
    .percentile = "",
    .integer = "BIGINT",
    .text = "STRING",
    .coordinates = "ARRAY<DOUBLE>",
    .column = "{0}: {1}",
    .post_table =
        "Of clean posts, in NDJSON; files come in the order of their names:\n"
        "  CREATE TEMPORARY VIEW posts AS SELECT from_json(value, '\n"
        "      pin STRUCT<<pin>>,\n"
        "      geo STRUCT<<geo>>,\n"
        "      user STRUCT<<user>>') AS post,\n"
        "    struct(_metadata.file_path, _metadata.file_block_start,\n"
        "      monotonically_increasing_id()) AS arrival\n"
        "  FROM text.`posts.ndjson`;\n",
    .dataset_view =
        "  CREATE TEMPORARY VIEW `<dataset>` AS\n"
        "  SELECT post.<dataset>.*, arrival FROM posts WHERE post.<dataset> IS NOT NULL;\n",
    .other_views =
        "Of clean records of one dataset, in Parquet; geo and user likewise:\n"
        "  CREATE TEMPORARY VIEW `pin` AS\n"
        "  SELECT *, struct(_metadata.file_path, _metadata.file_block_start,\n"
        "    monotonically_increasing_id()) AS arrival\n"
        "  FROM parquet.`pin.parquet`;\n"
        "Of Delta tables by to-delta, in which an ind is once; with --append they have arrival:\n"
        "  CREATE TEMPORARY VIEW `pin` AS SELECT *, NULL AS arrival FROM delta.`/tables/pin`;\n"};

/// Names that we use and one of the dialects has words of.
constexpr std::string_view kWords[] = {"user", "timestamp", "count", "rank"};

}  // namespace

std::string DialectSql::name(std::string_view name) const {
  if (std::ranges::find(kWords, name) == std::end(kWords)) return std::string(name);
  return quote + std::string(name) + quote;
}

std::string DialectSql::literal(std::string_view value) const {
  std::string literal = "'";
  for (const char c : value) {
    if (c == '\'') literal += has_backslash_escapes ? '\\' : '\'';
    if (c == '\\' && has_backslash_escapes) literal += '\\';
    literal += c;
  }
  return literal + "'";
}

const DialectSql& sql_of_dialect(Dialect dialect) {
  return dialect == Dialect::spark ? kSpark : kDuckdb;
}

}  // namespace pinpipe::query
