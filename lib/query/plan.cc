#include "query/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/number.h"
#include "base/suggest.h"
#include "record/values.h"

namespace pinpipe::query {
namespace {

using Op = Condition::Op;

/// What a metric can be of.
enum class Takes : uint8_t { nothing, integers, ordered, any, tuple, label_and_integer };

struct MetricName {
  std::string_view name;
  MetricKind kind;
  Takes takes;
};
constexpr std::array kMetricNames = std::to_array<MetricName>({
    {"count", MetricKind::count, Takes::nothing},
    {"nulls", MetricKind::nulls, Takes::any},
    {"sum", MetricKind::sum, Takes::integers},
    {"mean", MetricKind::mean, Takes::integers},
    {"min", MetricKind::min, Takes::ordered},
    {"max", MetricKind::max, Takes::ordered},
    {"median", MetricKind::percentile, Takes::integers},
    {"pNN", MetricKind::percentile, Takes::integers},
    {"distinct", MetricKind::distinct, Takes::tuple},
    {"mode", MetricKind::mode, Takes::any},
    {"argmax", MetricKind::argmax, Takes::label_and_integer},
});

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<unsigned> per_cent_of(std::string_view name) {
  if (name == "median") return 50;
  if (name.size() < 2 || name[0] != 'p') return std::nullopt;
  const auto value = to_number<unsigned>(name.substr(1));
  return value && *value <= 100 ? value : std::nullopt;
}

Result<const MetricName*> metric_named(std::string_view name) {
  std::vector<std::string> names;
  const bool is_percentile = name != "median" && per_cent_of(name).has_value();
  for (const auto& each : kMetricNames) {
    if (each.name == name || (is_percentile && each.name == "pNN")) return &each;
    names.emplace_back(each.name);
  }
  const std::string hint = did_you_mean(name, names);
  return Error{"no metric " + quoted(name),
               hint.empty() ? "metrics are count, nulls:F, sum:F, mean:F, min:F, max:F, median:F, "
                              "pNN:F, distinct:F[+F...], mode:F and argmax:LABEL:F"
                            : hint};
}

Status check_fits(std::string_view metric, const Field& field, Takes takes) {
  const bool fits = takes == Takes::integers ? field.is_integer()
                    : takes == Takes::ordered
                        ? field.type != record::Type::coordinates && field.reading != Reading::tags
                        : true;
  if (fits) return {};
  if (takes == Takes::integers) {
    return Error{std::string(metric) + " is of integers, and " + quoted(field.name) + " has none",
                 "fields of integers are " +
                     field_names([](const Field& each) { return each.is_integer(); })};
  }
  return Error{std::string(metric) + " needs an order, and " + quoted(field.name) + " has none",
               "count, nulls, distinct and mode go with any field"};
}

Result<std::vector<const Field*>> fields_of(std::string_view metric, Takes takes,
                                            std::vector<std::string_view> names) {
  std::vector<const Field*> fields;
  for (const std::string_view name : names) {
    const Field* field = TRY(find_field(name));
    const bool is_value = takes != Takes::label_and_integer || fields.size() == 1;
    TRY(check_fits(metric, *field,
                   takes != Takes::label_and_integer ? takes
                   : is_value                        ? Takes::integers
                                                     : Takes::any));
    fields.push_back(field);
  }
  return fields;
}

// ---- conditions -----------------------------------------------------------------------------

struct Split {
  std::string_view field;
  Op op;
  std::string_view value;
};

std::optional<Split> split_condition(std::string_view text) {
  const size_t at = text.find_first_of("=<>!");
  if (at == text.npos || at == 0) return std::nullopt;
  const std::string_view field = text.substr(0, at);
  const std::string_view rest = text.substr(at);
  if (rest.starts_with(">=")) return Split{field, Op::at_least, rest.substr(2)};
  if (rest.starts_with("<=")) return Split{field, Op::at_most, rest.substr(2)};
  if (rest.starts_with("!=")) return Split{field, Op::not_equal, rest.substr(2)};
  if (rest.starts_with("=")) return Split{field, Op::equal, rest.substr(1)};
  return std::nullopt;
}

std::optional<Value> timestamp_value(std::string_view text) {
  const auto time = record::to_timestamp(text);
  if (!time) return std::nullopt;
  return Value(record::text_of(*time));
}

std::optional<Value> value_of(const Field& field, std::string_view text) {
  if (field.is_integer()) {
    const auto integer = record::to_int64(text);
    return integer ? std::optional(Value(Integer{*integer})) : std::nullopt;
  }
  if (field.type == record::Type::timestamp) return timestamp_value(text);
  return Value(std::string(text));
}

/// Both ends of "A:B", at whichever colon it is where the values have some.
std::optional<std::pair<Value, Value>> range_of(const Field& field, std::string_view text) {
  for (size_t at = text.find(':'); at != text.npos; at = text.find(':', at + 1)) {
    auto first = value_of(field, text.substr(0, at));
    auto last = value_of(field, text.substr(at + 1));
    if (first && last) return std::pair(std::move(*first), std::move(*last));
  }
  return std::nullopt;
}

Error no_value(const Field& field, std::string_view text) {
  if (field.is_integer()) {
    return {quoted(field.name) + " is an integer, not " + quoted(text),
            "a condition is such as " + std::string(field.name) + ">=10 or " +
                std::string(field.name) + "=10:20"};
  }
  return {quoted(field.name) + " is a timestamp, not " + quoted(text),
          "a condition is such as " + std::string(field.name) + ">=2018-01-01"};
}

Status check_age_group(std::string_view text) {
  std::vector<std::string> names;
  for (const AgeGroup& group : kAgeGroups) names.emplace_back(group.name);
  if (std::ranges::find(names, text) != names.end()) return {};
  return Error{"no age group " + quoted(text), "age groups are 18-24, 25-35, 36-50 and 50+"};
}

Result<Condition> compare(const Field& field, Op op, std::string_view text) {
  const bool has_order = field.is_integer() || field.type == record::Type::timestamp;
  if (!has_order && (op == Op::at_least || op == Op::at_most)) {
    return Error{quoted(field.name) + " is text, which is only = or != a value",
                 "for more than that put jq or mlr before query in the pipe"};
  }
  if (field.reading == Reading::age_group) {
    TRY(check_age_group(text));
  }
  if (auto value = value_of(field, text)) return Condition{&field, op, std::move(*value), {}};
  if (op == Op::equal) {
    if (auto range = range_of(field, text)) {
      if (range->second < range->first) {
        return Error{quoted(text) + " is a range that ends before it begins",
                     "a range is FIRST:LAST, such as 2018:2022"};
      }
      return Condition{&field, Op::between, std::move(range->first), std::move(range->second)};
    }
  }
  return no_value(field, text);
}

// ---- names of columns -----------------------------------------------------------------------

Column measure(std::string name, Column::Type type = Column::Type::integer) {
  return {std::move(name), type, Column::Role::measure};
}

Column::Type type_of(const Field& field) {
  return field.is_integer() ? Column::Type::integer : Column::Type::text;
}

std::string joined_names(const Metric& metric) {
  std::string names;
  for (const Field* field : metric.fields) names += "_" + std::string(field->name);
  return names;
}

void name_columns_of(const Metric& metric, std::vector<Column>& columns) {
  const std::string of = joined_names(metric);
  switch (metric.kind) {
    case MetricKind::count:
      columns.push_back(measure("count"));
      break;
    case MetricKind::mean:
      columns.push_back(measure("mean" + of, Column::Type::real));
      break;
    case MetricKind::percentile:
      columns.push_back(
          measure((metric.per_cent == 50 ? "median" : "p" + std::to_string(metric.per_cent)) + of));
      break;
    case MetricKind::min:
    case MetricKind::max:
      columns.push_back(measure((metric.kind == MetricKind::min ? "min" : "max") + of,
                                type_of(*metric.fields[0])));
      break;
    case MetricKind::nulls:
    case MetricKind::sum:
    case MetricKind::distinct:
      columns.push_back(measure((metric.kind == MetricKind::nulls ? "nulls"
                                 : metric.kind == MetricKind::sum ? "sum"
                                                                  : "distinct") +
                                of));
      break;
    case MetricKind::mode:
      columns.push_back({"mode" + of, type_of(*metric.fields[0]), Column::Role::label});
      columns.push_back(measure("mode" + of + "_count"));
      break;
    case MetricKind::argmax:
      columns.push_back({"argmax_" + std::string(metric.fields[0]->name),
                         type_of(*metric.fields[0]), Column::Role::label});
      columns.push_back(measure("argmax" + of));
      break;
  }
}

}  // namespace

Datasets Plan::needs() const {
  Datasets needs = 0;
  each_field([&](const Field* field) { needs |= field->needs(); });
  return needs;
}

Result<Metric> parse_metric(std::string_view text) {
  auto parts = split(text, ':');
  const auto* named = TRY(metric_named(parts[0]));
  const std::string metric(parts[0]);
  parts.erase(parts.begin());
  if (named->takes == Takes::tuple && parts.size() == 1) parts = split(parts[0], '+');
  const size_t wanted = named->takes == Takes::nothing             ? 0
                        : named->takes == Takes::label_and_integer ? 2
                        : named->takes == Takes::tuple ? std::max<size_t>(1, parts.size())
                                                       : 1;
  if (parts.size() != wanted) {
    const std::string_view form = named->takes == Takes::nothing             ? ""
                                  : named->takes == Takes::label_and_integer ? ":LABEL:FIELD"
                                                                             : ":FIELD";
    return Error{quoted(text) + " is not a metric", "write " + metric + std::string(form)};
  }
  Metric parsed{named->kind, {}, per_cent_of(metric).value_or(0)};
  parsed.fields = TRY(fields_of(metric, named->takes, std::move(parts)));
  return parsed;
}

Result<Condition> parse_condition(std::string_view text) {
  const auto parts = split_condition(text);
  if (!parts) {
    return Error{quoted(text) + " is not a condition",
                 "conditions are F=V, F!=V, F>=N, F<=N, F=A:B, F=null and F!=null"};
  }
  const Field* field = TRY(find_field(parts->field));
  if (parts->value == "null" && parts->op == Op::equal)
    return Condition{field, Op::is_null, {}, {}};
  if (parts->value == "null" && parts->op == Op::not_equal) {
    return Condition{field, Op::is_not_null, {}, {}};
  }
  return compare(*field, parts->op, parts->value);
}

Result<std::vector<const Field*>> parse_keys(std::string_view text) {
  std::vector<const Field*> keys;
  for (const std::string_view name : split(text, ',')) {
    const Field* key = TRY(find_field(name));
    if (!key->can_be_key()) {
      const bool is_post = key->name == "timestamp";
      const bool is_time = key->type == record::Type::timestamp;
      return Error{quoted(name) + " has too many values to be grouped by",
                   !is_time  ? "group by country"
                   : is_post ? "group by post_year, post_month, post_day or post_hour"
                             : "group by join_year or join_month"};
    }
    if (std::ranges::find(keys, key) != keys.end()) {
      return Error{quoted(name) + " is there twice", ""};
    }
    keys.push_back(key);
  }
  return keys;
}

std::string plan_text(const Plan& plan) {
  const auto text_of = [](const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    const auto* integer = std::get_if<Integer>(&value);
    return integer == nullptr ? std::string() : fmt::format("{}", *integer);
  };
  std::string text = plan.name;
  for (const Field* key : plan.keys) text += fmt::format(" by {}", key->name);
  for (const Metric& metric : plan.metrics) {
    text += fmt::format(" {}-{}{}", int(metric.kind), metric.per_cent, joined_names(metric));
  }
  for (const Condition& condition : plan.conditions) {
    text += fmt::format(" where {} {} {}:{}", condition.field->name, int(condition.op),
                        text_of(condition.first), text_of(condition.last));
  }
  if (plan.top) text += fmt::format(" top {}", *plan.top);
  return text + (plan.one ? " one" : "") + (plan.with_nulls ? " with nulls" : "");
}

size_t count_answers(std::span<const Plan> plans) {
  return static_cast<size_t>(std::ranges::count(plans, false, &Plan::continues));
}

void name_columns(Plan& plan) {
  plan.columns.clear();
  if (plan.of_fields) {
    plan.columns = {{"dataset", Column::Type::text},
                    {"field", Column::Type::text},
                    measure("nulls"),
                    measure("records"),
                    measure("rate", Column::Type::real)};
    return;
  }
  for (const Field* key : plan.keys) {
    plan.columns.push_back({std::string(key->name), type_of(*key), Column::Role::key});
  }
  for (const Metric& metric : plan.metrics) name_columns_of(metric, plan.columns);
  if (plan.order == Order::ranked) plan.columns.push_back(measure("rank"));
}

}  // namespace pinpipe::query
