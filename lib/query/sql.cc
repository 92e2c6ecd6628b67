#include "query/sql.h"

#include <fmt/format.h>

#include <array>

#include "record/schema.h"

namespace pinpipe::query {
namespace {

struct DialectSql {
  char quote;
  std::string_view note;
  std::string_view first;   // the first record of each ind, in the order of the table
  std::string_view median;  // percentile_disc(0.5)
};

constexpr DialectSql kDuckdb{
    '"', "",
    "first_{table} AS (\n"
    "  SELECT * FROM {q}{table}{q} WHERE ind IS NOT NULL\n"
    "  QUALIFY row_number() OVER (PARTITION BY ind ORDER BY rowid) = 1\n"
    "),\n",
    "SELECT {groups},\n"
    "  percentile_disc(0.5) WITHIN GROUP (ORDER BY follower_count) AS median_follower_count\n"
    "FROM kept\n"
    "GROUP BY {groups}\n"
    "ORDER BY {groups}"};

// Spark's own percentile_disc gives doubles, which are not exact beyond 2^53, and up to 3.4.1 was
// wrong in some cases (SPARK-44871); hence the middle row, by its number.
constexpr DialectSql kSpark{
    '`', "-- years are those of the session's time zone: SET TIME ZONE 'UTC'\n",
    "first_{table} AS (\n"
    "  SELECT * FROM (\n"
    "    SELECT *, row_number() OVER (PARTITION BY ind ORDER BY arrival) AS nth_of_ind\n"
    "    FROM (SELECT *, monotonically_increasing_id() AS arrival FROM {q}{table}{q})\n"
    "    WHERE ind IS NOT NULL\n"
    "  ) WHERE nth_of_ind = 1\n"
    "),\n",
    "SELECT {groups}, follower_count AS median_follower_count\n"
    "FROM (\n"
    "  SELECT *,\n"
    "    row_number() OVER (PARTITION BY {groups} ORDER BY follower_count) AS nth,\n"
    "    count(*) OVER (PARTITION BY {groups}) AS of_n\n"
    "  FROM kept\n"
    ")\n"
    "WHERE 2 * nth - of_n IN (0, 1)\n"
    "ORDER BY {groups}"};

constexpr std::string_view kTopCategory =
    "counted AS (\n"
    "  SELECT {groups}, category, count(*) AS category_count\n"
    "  FROM joined\n"
    "  WHERE {keep} AND category IS NOT NULL\n"
    "  GROUP BY {groups}, category\n"
    "),\n"
    "ranked AS (\n"
    "  SELECT *, rank() OVER (PARTITION BY {groups} ORDER BY category_count DESC) AS place\n"
    "  FROM counted\n"
    ")\n"
    "SELECT {groups}, category, category_count\n"
    "FROM ranked WHERE place = 1\n"
    "ORDER BY {groups}, category";

constexpr std::string_view kKept =
    "kept AS (\n"
    "  SELECT * FROM joined\n"
    "  WHERE {keep} AND follower_count IS NOT NULL\n"
    ")\n";

std::string age_group_case() {
  std::string text = "CASE\n";
  for (const AgeGroup& group : kAgeGroups) {
    const auto ages = group.last == INT64_MAX
                          ? fmt::format("age >= {}", group.first)
                          : fmt::format("age BETWEEN {} AND {}", group.first, group.last);
    text += fmt::format("      WHEN {} THEN '{}'\n", ages, group.name);
  }
  return text + "    END";
}

/// Fills the {} fields of the templates of one question.
class Filler {
 public:
  Filler(const Question& question, const DialectSql& dialect, const YearRange& years)
      : groups_(question.sql.groups),
        quote_(dialect.quote),
        years_(years),
        age_group_(age_group_case()),
        post_year_(fmt::format("year(CAST({0}timestamp{0} AS TIMESTAMP))", dialect.quote)) {
    keep_ = fill(question.sql.keep);
  }

  std::string fill(std::string_view text, std::string_view table = "") const {
    return fmt::format(fmt::runtime(text), fmt::arg("groups", groups_), fmt::arg("keep", keep_),
                       fmt::arg("q", quote_), fmt::arg("table", table),
                       fmt::arg("first_year", years_.first), fmt::arg("last_year", years_.last),
                       fmt::arg("age_group", age_group_), fmt::arg("post_year", post_year_),
                       fmt::arg("join_year", "year(CAST(date_joined AS TIMESTAMP))"));
  }

 private:
  std::string_view groups_;
  char quote_;
  YearRange years_;
  std::string age_group_;
  std::string post_year_;
  std::string keep_;
};

std::string body_of(const QuestionSql& sql, const DialectSql& dialect, const Filler& filler) {
  if (sql.shape == QuestionSql::Shape::whole_statement) return filler.fill(sql.rows);
  const std::string joined = "joined AS (\n  " + filler.fill(sql.rows) + "\n),\n";
  if (sql.shape == QuestionSql::Shape::top_category) return joined + filler.fill(kTopCategory);
  return joined + filler.fill(kKept) + filler.fill(dialect.median);
}

}  // namespace

std::string sql_of(const Question& question, Dialect dialect,
                   const std::optional<YearRange>& years) {
  const DialectSql& words = dialect == Dialect::spark ? kSpark : kDuckdb;
  const YearRange range = question.years && years ? *years : question.years.value_or(YearRange{});
  const Filler filler(question, words, range);
  std::string text = fmt::format("-- {}: {}\n", question.name, question.description);
  if (question.years) text += words.note;
  text += "WITH ";
  for (const record::Dataset dataset : record::kDatasets) {
    if ((question.reads & (unsigned{kHasPin} << index_of(dataset))) == 0) continue;
    text += filler.fill(words.first, name_of(dataset));
  }
  return text + body_of(question.sql, words, filler) + ";\n";
}

}  // namespace pinpipe::query
