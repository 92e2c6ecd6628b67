// What is typed becomes a plan, or is told what is wrong with it.
#include "query/plan.h"

#include <gtest/gtest.h>

#include "query/questions.h"

namespace pinpipe::query {
namespace {

std::string told(const Error& error) {
  return error.what + (error.hint.empty() ? "" : "; " + error.hint);
}
template <class Parsed>
std::string fault(const Result<Parsed>& parsed) {
  return parsed.ok() ? "" : told(parsed.error());
}

std::string columns_of(std::string_view metric) {
  Plan plan;
  plan.metrics = {parse_metric(metric).value()};
  name_columns(plan);
  std::string names;
  for (const Column& column : plan.columns) names += (names.empty() ? "" : " ") + column.name;
  return names;
}

TEST(Metric, NamesItsColumns) {
  EXPECT_EQ(columns_of("count"), "count");
  EXPECT_EQ(columns_of("nulls:title"), "nulls_title");
  EXPECT_EQ(columns_of("median:follower_count"), "median_follower_count");
  EXPECT_EQ(columns_of("p50:age"), "median_age");
  EXPECT_EQ(columns_of("p90:age"), "p90_age");
  EXPECT_EQ(columns_of("distinct:user_name+age"), "distinct_user_name_age");
  EXPECT_EQ(columns_of("mode:category"), "mode_category mode_category_count");
  EXPECT_EQ(columns_of("argmax:country:age"), "argmax_country argmax_country_age");
}

TEST(Metric, IsToldWhatItDoesNotGoWith) {
  EXPECT_EQ(fault(parse_metric("meadian:age")), "no metric 'meadian'; did you mean 'median'?");
  EXPECT_EQ(fault(parse_metric("median:agee")), "no field 'agee'; did you mean 'age'?");
  EXPECT_EQ(fault(parse_metric("median:category")),
            "median is of integers, and 'category' has none; fields of integers are ind, "
            "follower_count, age, post_year, post_month, post_day, post_hour, join_year, "
            "join_month");
  EXPECT_EQ(fault(parse_metric("max:coordinates")),
            "max needs an order, and 'coordinates' has none; count, nulls, distinct and mode go "
            "with any field");
  EXPECT_EQ(fault(parse_metric("count:age")), "'count:age' is not a metric; write count");
  EXPECT_EQ(fault(parse_metric("median")), "'median' is not a metric; write median:FIELD");
  EXPECT_EQ(fault(parse_metric("argmax:country")),
            "'argmax:country' is not a metric; write argmax:LABEL:FIELD");
  EXPECT_EQ(fault(parse_metric("argmax:country:category")).substr(0, 51),
            "argmax is of integers, and 'category' has none; fie");
  EXPECT_FALSE(parse_metric("p101:age").ok());
  EXPECT_FALSE(parse_metric("p-1:age").ok());
  EXPECT_FALSE(parse_metric("").ok());
}

TEST(Condition, IsReadByTheTypeOfItsField) {
  using Op = Condition::Op;
  EXPECT_EQ(parse_condition("age=20")->op, Op::equal);
  EXPECT_EQ(std::get<Integer>(parse_condition("age=20")->first), 20);
  EXPECT_EQ(parse_condition("age!=20")->op, Op::not_equal);
  EXPECT_EQ(parse_condition("age=20:30")->op, Op::between);
  EXPECT_EQ(parse_condition("title=a:b")->op, Op::equal);
  EXPECT_EQ(std::get<std::string>(parse_condition("title=a=b")->first), "a=b");
  EXPECT_EQ(parse_condition("title=null")->op, Op::is_null);
  EXPECT_EQ(parse_condition("title!=null")->op, Op::is_not_null);
  EXPECT_EQ(std::get<std::string>(parse_condition("timestamp>=2018-01-01")->first),
            "2018-01-01T00:00:00");
  const auto range =
      parse_condition("timestamp=2018-01-01T00:00:00:2018-01-02T12:00:00+02:00").value();
  EXPECT_EQ(range.op, Op::between);
  EXPECT_EQ(std::get<std::string>(range.first), "2018-01-01T00:00:00");
  EXPECT_EQ(std::get<std::string>(range.last), "2018-01-02T10:00:00");
}

TEST(Condition, IsToldWhatIsWrong) {
  EXPECT_EQ(fault(parse_condition("age")),
            "'age' is not a condition; conditions are F=V, F!=V, F>=N, F<=N, F=A:B, F=null and "
            "F!=null");
  EXPECT_EQ(fault(parse_condition("age>20")),
            fault(parse_condition("age")).replace(1, 3, "age>20"));
  EXPECT_EQ(fault(parse_condition("contry=Peru")), "no field 'contry'; did you mean 'country'?");
  EXPECT_EQ(fault(parse_condition("age=old")),
            "'age' is an integer, not 'old'; a condition is such as age>=10 or age=10:20");
  EXPECT_EQ(fault(parse_condition("age=30:20")),
            "'30:20' is a range that ends before it begins; a range is FIRST:LAST, such as "
            "2018:2022");
  EXPECT_EQ(fault(parse_condition("country>=Peru")),
            "'country' is text, which is only = or != a value; for more than that put jq or mlr "
            "before query in the pipe");
  EXPECT_EQ(fault(parse_condition("age_group=20-30")),
            "no age group '20-30'; age groups are 18-24, 25-35, 36-50 and 50+");
  EXPECT_EQ(fault(parse_condition("timestamp>=yesterday")),
            "'timestamp' is a timestamp, not 'yesterday'; a condition is such as "
            "timestamp>=2018-01-01");
}

TEST(Keys, AreToldWhatCannotBeOne) {
  EXPECT_EQ(parse_keys("country,post_year")->size(), 2u);
  EXPECT_EQ(fault(parse_keys("timestamp")),
            "'timestamp' has too many values to be grouped by; group by post_year, post_month, "
            "post_day or post_hour");
  EXPECT_EQ(fault(parse_keys("country,country")), "'country' is there twice");
  EXPECT_EQ(fault(parse_keys("contry")), "no field 'contry'; did you mean 'country'?");
}

TEST(Questions, HaveAColumnForEachOfTheirFigures) {
  for (const Plan& plan : questions()) {
    if (plan.of_fields) continue;
    size_t columns = plan.keys.size() + (plan.order == Order::ranked ? 1 : 0);
    for (const Metric& metric : plan.metrics) {
      columns += has_label(metric.kind) ? 2 : 1;
    }
    EXPECT_EQ(plan.columns.size(), columns) << plan.name;
  }
}

TEST(Questions, AreFoundWithAllTheirPlans) {
  size_t found = 0;
  for (const Plan& plan : questions()) {
    if (plan.continues) continue;
    const auto plans = find_question(plan.name);
    ASSERT_FALSE(plans.empty()) << plan.name;
    EXPECT_EQ(plans.data(), &plan);
    EXPECT_EQ(count_answers(plans), 1U) << plan.name;
    found += plans.size();
  }
  EXPECT_EQ(found, questions().size());
  EXPECT_TRUE(find_question("all").empty());
  EXPECT_EQ(find_question("null-rates").size(), record::kDatasets.size());
}

TEST(Questions, AskTheNullsOfEachCleanField) {
  size_t asked = 0;
  size_t fields = 0;
  for (const Plan& plan : find_question("null-rates")) asked += plan.metrics.size() - 1;
  for (const auto dataset : record::kDatasets) fields += record::clean_schema(dataset).size() - 1;
  EXPECT_EQ(asked, fields) << "all but ind";
}

}  // namespace
}  // namespace pinpipe::query
