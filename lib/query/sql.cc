#include "query/sql.h"

#include <fmt/format.h>

#include <map>

#include "query/questions.h"
#include "record/schema.h"

namespace pinpipe::query {
namespace {

struct QuestionSql {
  enum class Shape : uint8_t {
    top_category,     ///< of `rows`, which have `groups` and category
    median,           ///< of `rows`, which have `groups` and follower_count
    whole_statement,  ///< `rows` is the end of the statement as it is
  };

  Shape shape;
  std::string_view groups;  ///< the group columns
  std::string_view keep;    ///< which rows are in a group
  std::string_view rows;
};
using Shape = QuestionSql::Shape;

const std::map<std::string_view, QuestionSql> kStatements{
    {"top-category-by-country",
     {Shape::top_category, "country", "country IS NOT NULL",
      "SELECT country, category FROM first_pin JOIN first_geo USING (ind)"}},
    {"top-category-by-year",
     {Shape::top_category, "post_year", "post_year BETWEEN {first_year} AND {last_year}",
      "SELECT {post_year} AS post_year, category\n"
      "  FROM first_pin JOIN first_geo USING (ind)"}},
    {"top-user-by-country",
     {Shape::whole_statement, "", "",
      "ranked AS (\n"
      "  SELECT country, poster_name, follower_count,\n"
      "    rank() OVER (PARTITION BY country ORDER BY follower_count DESC) AS place\n"
      "  FROM first_pin JOIN first_geo USING (ind)\n"
      "  WHERE country IS NOT NULL AND follower_count IS NOT NULL\n"
      ")\n"
      "SELECT DISTINCT country, poster_name, follower_count\n"
      "FROM ranked WHERE place = 1\n"
      "ORDER BY country, poster_name NULLS FIRST"}},
    {"top-country-by-followers",
     {Shape::whole_statement, "", "",
      "ranked AS (\n"
      "  SELECT country, follower_count, rank() OVER (ORDER BY follower_count DESC) AS place\n"
      "  FROM first_pin JOIN first_geo USING (ind)\n"
      "  WHERE country IS NOT NULL AND follower_count IS NOT NULL\n"
      ")\n"
      "SELECT DISTINCT country, follower_count\n"
      "FROM ranked WHERE place = 1\n"
      "ORDER BY country"}},
    {"top-category-by-age-group",
     {Shape::top_category, "age_group", "age_group IS NOT NULL",
      "SELECT {age_group} AS age_group, category\n"
      "  FROM first_pin JOIN first_user USING (ind)"}},
    {"median-followers-by-age-group",
     {Shape::median, "age_group", "age_group IS NOT NULL",
      "SELECT {age_group} AS age_group, follower_count\n"
      "  FROM first_pin JOIN first_user USING (ind)"}},
    {"users-joined-by-year",
     {Shape::whole_statement, "", "",
      "joined AS (\n"
      "  SELECT DISTINCT user_name, age, CAST(date_joined AS TIMESTAMP) AS date_joined\n"
      "  FROM first_user\n"
      "),\n"
      "joined_in AS (SELECT {join_year} AS post_year FROM joined)\n"
      "SELECT post_year, count(*) AS number_users_joined\n"
      "FROM joined_in\n"
      "WHERE post_year BETWEEN {first_year} AND {last_year}\n"
      "GROUP BY post_year\n"
      "ORDER BY post_year"}},
    {"median-followers-by-join-year",
     {Shape::median, "post_year", "post_year BETWEEN {first_year} AND {last_year}",
      "SELECT {join_year} AS post_year, follower_count\n"
      "  FROM first_pin JOIN first_user USING (ind)"}},
    {"median-followers-by-join-year-and-age-group",
     {Shape::median, "age_group, post_year",
      "age_group IS NOT NULL AND post_year BETWEEN {first_year} AND {last_year}",
      "SELECT {age_group} AS age_group,\n"
      "    {join_year} AS post_year, follower_count\n"
      "  FROM first_pin JOIN first_user USING (ind)"}},
};

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
  Filler(const QuestionSql& sql, const DialectSql& dialect, const YearRange& years)
      : groups_(sql.groups),
        quote_(dialect.quote),
        years_(years),
        age_group_(age_group_case()),
        post_year_(fmt::format("year(CAST({0}timestamp{0} AS TIMESTAMP))", dialect.quote)) {
    keep_ = fill(sql.keep);
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

Result<std::string> sql_of(const Plan& plan, Dialect dialect) {
  const Plan* question = find_question(plan.name);
  if (!kStatements.contains(plan.name) || plan.conditions.size() != question->conditions.size() ||
      plan.top || plan.one || plan.with_nulls) {
    return Error{"--sql does not go with '" + plan.name + "'",
                 "it goes with the questions of 'all'"};
  }
  const DialectSql& words = dialect == Dialect::spark ? kSpark : kDuckdb;
  const auto years = years_of(plan);
  const QuestionSql& sql = kStatements.at(plan.name);
  const Filler filler(sql, words, years.value_or(YearRange{}));
  std::string text = fmt::format("-- {}: {}\n", plan.name, plan.description);
  if (years) text += words.note;
  text += "WITH ";
  for (const record::Dataset dataset : record::kDatasets) {
    if ((plan.needs() & bit_of(dataset)) == 0) continue;
    text += filler.fill(words.first, name_of(dataset));
  }
  return text + body_of(sql, words, filler) + ";\n";
}

}  // namespace pinpipe::query
