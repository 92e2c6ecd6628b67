#include "query/questions.h"

#include <algorithm>
#include <cassert>

namespace pinpipe::query {
namespace {

/// A plan as it would be typed.
struct Preset {
  std::string_view name;
  std::string_view description;
  std::string_view keys;     ///< of --by
  std::string_view metrics;  ///< of --metric, with blanks between
  std::string_view where;    ///< conditions, with blanks between
  std::string_view columns;  ///< their names, where the plan's own would not say what they are
  Order order = Order::by_group;
};

constexpr size_t kNine = 9;
// clang-format off
constexpr Preset kPresets[] = {
    {"top-category-by-country", "the category with the most posts in each country",
     "country", "mode:category", "", "country,category,category_count"},
    {"top-category-by-year", "the category with the most posts in each year of posting",
     "post_year", "mode:category", "post_year=2018:2022", "post_year,category,category_count"},
    {"top-user-by-country", "the poster with the most followers in each country",
     "country", "argmax:poster_name:follower_count", "", "country,poster_name,follower_count"},
    {"top-country-by-followers", "the country of the poster with the most followers of all",
     "", "argmax:country:follower_count", "country!=null", "country,follower_count"},
    {"top-category-by-age-group", "the category with the most posts in each age group of users",
     "age_group", "mode:category", "", "age_group,category,category_count"},
    {"median-followers-by-age-group", "the median follower count in each age group of users",
     "age_group", "median:follower_count", "", ""},
    {"users-joined-by-year", "how many distinct users joined in each year",
     "join_year", "distinct:user_name+age+date_joined", "join_year=2015:2020",
     "post_year,number_users_joined"},
    {"median-followers-by-join-year", "the median follower count of users by the year they joined",
     "join_year", "median:follower_count", "join_year=2015:2020",
     "post_year,median_follower_count"},
    {"median-followers-by-join-year-and-age-group",
     "the median follower count of users by age group and the year they joined",
     "age_group,join_year", "median:follower_count", "join_year=2015:2020",
     "age_group,post_year,median_follower_count"},
    {"categories-by-year", "how many posts each category has in each year of posting",
     "post_year,category", "count", "post_year=2018:2022", "post_year,category,category_count"},
    {"popular-profiles", "the profiles with the most posts, then followers",
     "poster_name", "count max:follower_count", "", "poster_name,posts,followers,rank",
     Order::ranked},
    {"categories-now", "how many posts each category has, the most first; with --window, of now",
     "category", "count", "", "category,posts", Order::by_metric},
};
// clang-format on

/// How often the fields of `dataset` are null, whatever else a post has.
Plan null_rates_of(record::Dataset dataset) {
  Plan plan;
  plan.name = "null-rates";
  plan.description = "how often each field is null, of the records of its dataset";
  for (const Field& field : fields()) {
    if (field.dataset != dataset || field.reading != Reading::as_it_is) continue;
    plan.metrics.push_back({MetricKind::nulls, {&field}});
  }
  plan.metrics.push_back({MetricKind::count, {}});
  plan.of_fields = true;
  plan.continues = dataset != record::kDatasets[0];
  name_columns(plan);
  return plan;
}

template <class Visit>
void each_word(std::string_view text, char between, Visit visit) {
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(between));
    visit(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
}

Plan plan_of(const Preset& preset) {
  Plan plan;
  plan.name = preset.name;
  plan.description = preset.description;
  plan.order = preset.order;
  if (!preset.keys.empty()) plan.keys = parse_keys(preset.keys).value();
  each_word(preset.metrics, ' ',
            [&](auto word) { plan.metrics.push_back(parse_metric(word).value()); });
  each_word(preset.where, ' ',
            [&](auto word) { plan.conditions.push_back(parse_condition(word).value()); });
  for (size_t i = 0; i < plan.conditions.size(); ++i) {
    if (plan.conditions[i].op == Condition::Op::between) plan.years = i;
  }
  name_columns(plan);
  size_t at = 0;
  each_word(preset.columns, ',', [&](auto name) { plan.columns.at(at++).name = name; });
  return plan;
}

std::string columns_of(const Plan& plan) {
  std::string names;
  for (const Column& column : plan.columns) names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

std::string years_text(const YearRange& years) {
  return std::to_string(years.first) + ":" + std::to_string(years.last);
}

Column text_column(std::string name) { return {std::move(name), Column::Type::text}; }

}  // namespace

std::span<const Plan> questions() {
  static const std::vector<Plan> kPlans = [] {
    std::vector<Plan> plans;
    for (const Preset& preset : kPresets) plans.push_back(plan_of(preset));
    for (const auto dataset : record::kDatasets) plans.push_back(null_rates_of(dataset));
    return plans;
  }();
  return kPlans;
}

std::span<const Plan> nine_questions() { return questions().first(kNine); }

std::span<const Plan> find_question(std::string_view name) {
  const auto first = std::ranges::find(questions(), name, &Plan::name);
  const auto end =
      std::find_if(first, questions().end(), [&](const Plan& plan) { return plan.name != name; });
  return {first, end};
}

std::optional<YearRange> years_of(const Plan& plan) {
  if (!plan.years) return std::nullopt;
  const Condition& years = plan.conditions[*plan.years];
  return YearRange{static_cast<int>(std::get<Integer>(years.first)),
                   static_cast<int>(std::get<Integer>(years.last))};
}

void set_years(Plan& plan, const YearRange& years) {
  assert(plan.years);
  plan.conditions[*plan.years].first = Integer{years.first};
  plan.conditions[*plan.years].last = Integer{years.last};
}

Answer list_questions() {
  Answer answer{"",
                {text_column("question"), text_column("columns"), text_column("years"),
                 text_column("description")},
                {}};
  for (const Plan& plan : questions()) {
    if (plan.continues) continue;
    const auto years = years_of(plan);
    answer.rows.push_back({plan.name, columns_of(plan), years ? Value(years_text(*years)) : Value(),
                           plan.description});
  }
  return answer;
}

Answer describe_questions() {
  Answer answer{"", {text_column("question"), text_column("answers"), text_column("columns")}, {}};
  for (const Plan& plan : questions()) {
    if (plan.continues) continue;
    const auto years = years_of(plan);
    answer.rows.push_back(
        {plan.name, plan.description + (years ? " (--years " + years_text(*years) + ")" : ""),
         columns_of(plan)});
  }
  return answer;
}

}  // namespace pinpipe::query
