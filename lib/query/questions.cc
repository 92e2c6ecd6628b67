#include "query/questions.h"

#include <algorithm>
#include <array>
#include <string>

#include "query/rankings.h"

namespace pinpipe::query {
namespace {

using Shape = QuestionSql::Shape;
using Type = Column::Type;

constexpr Column kCountry{"country", Type::text};
constexpr Column kCategory{"category", Type::text};
constexpr Column kPosterName{"poster_name", Type::text};
constexpr Column kAgeGroup{"age_group", Type::text};
constexpr Column kPostYear{"post_year", Type::integer};
constexpr Column kCategoryCount{"category_count", Type::integer};
constexpr Column kFollowerCount{"follower_count", Type::integer};
constexpr Column kMedian{"median_follower_count", Type::integer};
constexpr Column kUsersJoined{"number_users_joined", Type::integer};

constexpr std::array kCountryColumns{kCountry, kCategory, kCategoryCount};
constexpr std::array kYearColumns{kPostYear, kCategory, kCategoryCount};
constexpr std::array kPosterColumns{kCountry, kPosterName, kFollowerCount};
constexpr std::array kTopCountryColumns{kCountry, kFollowerCount};
constexpr std::array kAgeColumns{kAgeGroup, kCategory, kCategoryCount};
constexpr std::array kAgeMedianColumns{kAgeGroup, kMedian};
constexpr std::array kJoinedColumns{kPostYear, kUsersJoined};
constexpr std::array kYearMedianColumns{kPostYear, kMedian};
constexpr std::array kAgeYearMedianColumns{kAgeGroup, kPostYear, kMedian};

constexpr unsigned kPinAndGeo = kHasPin | kHasGeo;
constexpr unsigned kPinAndUser = kHasPin | kHasUser;
constexpr YearRange kPostYears{2018, 2022};
constexpr YearRange kJoinYears{2015, 2020};

const std::array<Question, 9> kQuestions{{
    {"top-category-by-country",
     "the category with the most posts in each country",
     kCountryColumns,
     kPinAndGeo,
     Field::kCategory | Field::kCountry,
     std::nullopt,
     [](const PostTable& table, const YearRange& years) {
       return top_categories(table, kByCountry, years);
     },
     {Shape::top_category, "country", "country IS NOT NULL",
      "SELECT country, category FROM first_pin JOIN first_geo USING (ind)"}},

    {"top-category-by-year",
     "the category with the most posts in each year of posting",
     kYearColumns,
     kPinAndGeo,
     Field::kCategory | Field::kPostYear,
     kPostYears,
     [](const PostTable& table, const YearRange& years) {
       return top_categories(table, kByPostYear, years);
     },
     {Shape::top_category, "post_year", "post_year BETWEEN {first_year} AND {last_year}",
      "SELECT {post_year} AS post_year, category\n"
      "  FROM first_pin JOIN first_geo USING (ind)"}},

    {"top-user-by-country",
     "the poster with the most followers in each country",
     kPosterColumns,
     kPinAndGeo,
     Field::kCountry | Field::kPosterName | Field::kFollowerCount,
     std::nullopt,
     [](const PostTable& table, const YearRange&) { return top_posters_by_country(table); },
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
     "the country of the poster with the most followers of all",
     kTopCountryColumns,
     kPinAndGeo,
     Field::kCountry | Field::kFollowerCount,
     std::nullopt,
     [](const PostTable& table, const YearRange&) { return top_countries_by_followers(table); },
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
     "the category with the most posts in each age group of users",
     kAgeColumns,
     kPinAndUser,
     Field::kCategory | Field::kAge,
     std::nullopt,
     [](const PostTable& table, const YearRange& years) {
       return top_categories(table, kByAgeGroup, years);
     },
     {Shape::top_category, "age_group", "age_group IS NOT NULL",
      "SELECT {age_group} AS age_group, category\n"
      "  FROM first_pin JOIN first_user USING (ind)"}},

    {"median-followers-by-age-group",
     "the median follower count in each age group of users",
     kAgeMedianColumns,
     kPinAndUser,
     Field::kAge | Field::kFollowerCount,
     std::nullopt,
     [](const PostTable& table, const YearRange& years) {
       return median_followers(table, kByAgeGroup, years);
     },
     {Shape::median, "age_group", "age_group IS NOT NULL",
      "SELECT {age_group} AS age_group, follower_count\n"
      "  FROM first_pin JOIN first_user USING (ind)"}},

    {"users-joined-by-year",
     "how many distinct users joined in each year",
     kJoinedColumns,
     kHasUser,
     Field::kUser,
     kJoinYears,
     users_joined_by_year,
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
     "the median follower count of users by the year they joined",
     kYearMedianColumns,
     kPinAndUser,
     Field::kJoinYear | Field::kFollowerCount,
     kJoinYears,
     [](const PostTable& table, const YearRange& years) {
       return median_followers(table, kByJoinYear, years);
     },
     {Shape::median, "post_year", "post_year BETWEEN {first_year} AND {last_year}",
      "SELECT {join_year} AS post_year, follower_count\n"
      "  FROM first_pin JOIN first_user USING (ind)"}},

    {"median-followers-by-join-year-and-age-group",
     "the median follower count of users by age group and the year they joined",
     kAgeYearMedianColumns,
     kPinAndUser,
     Field::kJoinYear | Field::kAge | Field::kFollowerCount,
     kJoinYears,
     [](const PostTable& table, const YearRange& years) {
       return median_followers(table, kByAgeGroupAndJoinYear, years);
     },
     {Shape::median, "age_group, post_year",
      "age_group IS NOT NULL AND post_year BETWEEN {first_year} AND {last_year}",
      "SELECT {age_group} AS age_group,\n"
      "    {join_year} AS post_year, follower_count\n"
      "  FROM first_pin JOIN first_user USING (ind)"}},
}};

std::string columns_of(const Question& question) {
  std::string names;
  for (const Column& column : question.columns) {
    names += (names.empty() ? "" : ", ") + std::string(column.name);
  }
  return names;
}

std::string years_of(const YearRange& years) {
  return std::to_string(years.first) + ":" + std::to_string(years.last);
}

}  // namespace

std::span<const Question> questions() { return kQuestions; }

Result<Answer> Question::ask(const PostTable& table,
                             const std::optional<YearRange>& years_asked) const {
  const YearRange range = years && years_asked ? *years_asked : years.value_or(YearRange{});
  auto answered = TRY(rows(table, range));
  return Answer{name, columns, std::move(answered)};
}

const Question* find_question(std::string_view name) {
  const auto found = std::find_if(kQuestions.begin(), kQuestions.end(),
                                  [&](const Question& question) { return question.name == name; });
  return found == kQuestions.end() ? nullptr : &*found;
}

Listing list_questions() {
  static constexpr std::array kColumns{Column{"question", Type::text},
                                       Column{"columns", Type::text}, Column{"years", Type::text},
                                       Column{"description", Type::text}};
  Listing listing;
  listing.texts.reserve(2 * kQuestions.size());  // views: no text may move
  listing.answer.columns = kColumns;
  for (const Question& question : kQuestions) {
    const std::string_view columns = listing.texts.emplace_back(columns_of(question));
    Value years;
    if (question.years) {
      years = std::string_view(listing.texts.emplace_back(years_of(*question.years)));
    }
    listing.answer.rows.push_back({question.name, columns, years, question.description});
  }
  return listing;
}

Listing describe_questions() {
  static constexpr std::array kColumns{
      Column{"question", Type::text}, Column{"answers", Type::text}, Column{"columns", Type::text}};
  Listing listing;
  listing.texts.reserve(2 * kQuestions.size());
  listing.answer.columns = kColumns;
  for (const Question& question : kQuestions) {
    auto& answers = listing.texts.emplace_back(question.description);
    if (question.years) answers += " (--years " + years_of(*question.years) + ")";
    const std::string_view columns = listing.texts.emplace_back(columns_of(question));
    listing.answer.rows.push_back({question.name, std::string_view(answers), columns});
  }
  return listing;
}

}  // namespace pinpipe::query
