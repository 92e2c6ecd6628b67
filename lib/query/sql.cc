#include "query/sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "query/sql_dialect.h"
#include "record/schema.h"

namespace pinpipe::query {
namespace {

using record::Dataset;
using record::Type;
using Op = Condition::Op;

template <class... Arguments>
std::string filled(std::string_view text, const Arguments&... arguments) {
  return fmt::format(fmt::runtime(text), arguments...);
}

std::string with_commas(const std::vector<std::string>& parts, std::string_view between = ", ") {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string_view clean_name(const Field& field) {
  return record::clean_schema(field.dataset)[field.place].name;
}

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

/// The statement of one plan: tables one after the other, each made of those before.
///
/// first_pin, first_geo, first_user have the first record of each `ind`; tags the tags of a post;
/// joined the fields that the plan is about, by their names; post those posts that are in a group;
/// figures the metrics that SQL has an aggregate of; figure_N one that ties, or has no aggregate.
class Statement {
 public:
  Statement(const Plan& plan, const DialectSql& words) : plan_(plan), words_(words) {
    plan.each_field([&](const Field* field) {
      if (std::ranges::find(fields_, field) == fields_.end()) fields_.push_back(field);
    });
    for (const Field* key : plan.keys) keys_.push_back(word(key->name));
    if (plan.of_fields) {
      for (const Field* field : fields_) columns_.push_back("nulls_" + std::string(field->name));
      columns_.emplace_back("records");
    } else {
      for (const Column& column : plan.columns) columns_.push_back(unused(column.name));
    }
  }

  std::string text() {
    for (const Dataset dataset : record::kDatasets) {
      if ((plan_.needs() & bit_of(dataset)) != 0) add_first(dataset);
    }
    if (asks_tags()) add_tags();
    add_joined();
    add_post();
    add_figures();
    return "WITH " + with_commas(tables_, ",\n") + "\n" + select();
  }

 private:
  std::string word(std::string_view name) const { return words_.name(name); }

  /// Two metrics may have one name.
  std::string unused(const std::string& name) const {
    std::string free = word(name);
    for (int i = 2; std::ranges::find(columns_, free) != columns_.end(); ++i) {
      free = fmt::format("{}_{}", name, i);
    }
    return free;
  }

  void add_table(const std::string& name, const std::string& select) {
    tables_.push_back(fmt::format("{} AS (\n  {}\n)", name, select));
  }

  static std::string as(const std::string& expression, const std::string& name) {
    return expression == name ? name : expression + " AS " + name;
  }

  bool asks_tags() const {
    return std::ranges::any_of(fields_,
                               [](auto* field) { return field->reading == Reading::tags; });
  }

  // ---- posts ----------------------------------------------------------------------------------

  void add_first(Dataset dataset) {
    std::vector<std::string> columns{"ind"};
    for (const Field* field : fields_) {
      if (field->reading == Reading::ind || field->dataset != dataset) continue;
      const std::string name = word(clean_name(*field));
      const bool is_time = record::clean_schema(dataset)[field->place].type == Type::timestamp;
      const auto column = is_time ? filled(words_.utc, name) + " AS " + name : name;
      if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
    }
    add_table(
        fmt::format("first_{}", name_of(dataset)),
        fmt::format("SELECT {}\n"
                    "  FROM (\n"
                    "    SELECT *, row_number() OVER (PARTITION BY ind ORDER BY arrival NULLS "
                    "FIRST) AS nth\n"
                    "    FROM {}{}{}\n"
                    "  ) AS numbered\n"
                    "  WHERE nth = 1 AND ind IS NOT NULL",
                    with_commas(columns, ", "), words_.quote, name_of(dataset), words_.quote));
  }

  /// Each tag of a post once, without blanks around.
  void add_tags() {
    add_table("tags", fmt::format("SELECT DISTINCT ind, trim(BOTH ' ' FROM part) AS tag\n"
                                  "  FROM (SELECT ind, {} AS part FROM first_pin) AS parts\n"
                                  "  WHERE trim(BOTH ' ' FROM part) <> ''",
                                  filled(words_.each_tag, "tag_list")));
  }

  std::string read(const Field& field) const {
    std::string column = word(clean_name(field));
    switch (field.reading) {
      case Reading::as_it_is:
        if (field.type == Type::timestamp) return filled(words_.timestamp_text, column);
        if (field.type == Type::coordinates) return filled(words_.coordinates_text, column);
        return column;
      case Reading::year:
        return "year(" + column + ")";
      case Reading::month:
        return "month(" + column + ")";
      case Reading::day:
        return "day(" + column + ")";
      case Reading::hour:
        return "hour(" + column + ")";
      case Reading::age_group:
        return age_group_case();
      case Reading::tags:
        return "tag";
      case Reading::ind:
        return "ind";
    }
    return column;
  }

  void add_joined() {
    std::vector<std::string> columns;
    for (const Field* field : fields_) columns.push_back(as(read(*field), word(field->name)));
    if (columns.empty()) columns.emplace_back("ind");
    std::string from;
    for (const Dataset dataset : record::kDatasets) {
      if ((plan_.needs() & bit_of(dataset)) == 0) continue;
      const auto first = fmt::format("first_{}", name_of(dataset));
      from += from.empty() ? first : " JOIN " + first + " USING (ind)";
    }
    if (asks_tags()) from += " LEFT JOIN tags USING (ind)";
    if (from.empty()) from = any_ind();
    add_table("joined", "SELECT " + with_commas(columns, ",\n    ") + "\n  FROM " + from);
  }

  /// What needs no dataset in particular is about all.
  std::string any_ind() const {
    std::vector<std::string> of;
    for (const Dataset dataset : record::kDatasets) {
      of.push_back(fmt::format("SELECT ind FROM {0}{1}{0} WHERE ind IS NOT NULL", words_.quote,
                               name_of(dataset)));
    }
    return "(\n    " + with_commas(of, "\n    UNION ") + "\n  ) AS seen";
  }

  std::string literal(const Value& value) const {
    if (const auto* integer = std::get_if<Integer>(&value)) return fmt::format("{}", *integer);
    return words_.literal(std::get<std::string>(value));
  }

  std::string holds(const Condition& condition) const {
    std::string field = word(condition.field->name);
    switch (condition.op) {
      case Op::equal:
        return field + " = " + literal(condition.first);
      case Op::not_equal:
        return field + " <> " + literal(condition.first);
      case Op::at_least:
        return field + " >= " + literal(condition.first);
      case Op::at_most:
        return field + " <= " + literal(condition.first);
      case Op::between:
        return fmt::format("{} BETWEEN {} AND {}", field, literal(condition.first),
                           literal(condition.last));
      case Op::is_null:
        return field + " IS NULL";
      case Op::is_not_null:
        return field + " IS NOT NULL";
    }
    return field;
  }

  /// Whether a condition leaves out its nulls.
  bool is_compared(const Field* field) const {
    return std::ranges::any_of(plan_.conditions, [&](const Condition& condition) {
      return condition.field == field && condition.op != Op::is_null;
    });
  }

  void add_post() {
    std::vector<std::string> conditions;
    for (const Condition& condition : plan_.conditions) conditions.push_back(holds(condition));
    for (const Field* key : plan_.keys) {
      if (!plan_.with_nulls && !is_compared(key)) {
        conditions.push_back(word(key->name) + " IS NOT NULL");
      }
    }
    if (conditions.empty()) return;
    posts_ = "post";
    add_table(posts_, "SELECT * FROM joined\n  WHERE " + with_commas(conditions, " AND "));
  }

  // ---- figures --------------------------------------------------------------------------------

  std::string field(const Metric& metric, size_t i = 0) const {
    return word(metric.fields[i]->name);
  }

  /// The keys, and `more` behind them.
  std::string keys_and(const std::vector<std::string>& more) const {
    auto all = keys_;
    all.insert(all.end(), more.begin(), more.end());
    return with_commas(all);
  }

  /// A window of each group, in an order or in none.
  std::string over(const std::string& order) const {
    std::string window = keys_.empty() ? "" : "PARTITION BY " + with_commas(keys_);
    if (!window.empty() && !order.empty()) window += ' ';
    return "OVER (" + window + (order.empty() ? "" : "ORDER BY " + order) + ")";
  }

  std::string distinct_of(const Metric& metric) const {
    if (metric.fields.size() == 1) return "count(DISTINCT " + field(metric) + ")";
    std::vector<std::string> fields;
    std::vector<std::string> some;
    for (size_t i = 0; i < metric.fields.size(); ++i) {
      fields.push_back(field(metric, i));
      some.push_back(field(metric, i) + " IS NOT NULL");
    }
    return fmt::format("count(DISTINCT {}) FILTER (WHERE {})",
                       filled(words_.tuple, with_commas(fields)), with_commas(some, " OR "));
  }

  /// What SQL has for it; none where that is a table of its own.
  std::optional<std::string> aggregate(const Metric& metric) const {
    switch (metric.kind) {
      case MetricKind::count:
        return "count(*)";
      case MetricKind::nulls:
        return fmt::format("count(*) - count({})", field(metric));
      case MetricKind::sum:
        return filled(words_.sum, field(metric));
      case MetricKind::mean:
        return filled(words_.mean, field(metric));
      case MetricKind::min:
        return "min(" + field(metric) + ")";
      case MetricKind::max:
        return "max(" + field(metric) + ")";
      case MetricKind::percentile:
        if (words_.percentile.empty()) return std::nullopt;
        return filled(words_.percentile, field(metric),
                      fmt::format("{}.{:02}", metric.per_cent / 100, metric.per_cent % 100));
      case MetricKind::distinct:
        return distinct_of(metric);
      case MetricKind::mode:
      case MetricKind::argmax:
        return std::nullopt;
    }
    return std::nullopt;
  }

  /// A table of the keys and its columns, which begin at `column`.
  std::string table_of(const Metric& metric, size_t column) const {
    if (metric.kind == MetricKind::mode) return mode_table(metric, column);
    if (metric.kind == MetricKind::argmax) return argmax_table(metric, column);
    return percentile_table(metric, column);
  }

  /// The place of a row in its group: all that tie have the first, or with --one just one.
  std::string place(const std::string& figure, const std::string& label) const {
    return plan_.one
               ? "row_number() " + over(figure + " DESC, " + label + " NULLS FIRST") + " AS place"
               : "rank() " + over(figure + " DESC") + " AS place";
  }

  std::string mode_table(const Metric& metric, size_t column) const {
    const std::string& label = columns_[column];
    const std::string& count = columns_[column + 1];
    return fmt::format(
        "SELECT {}\n"
        "  FROM (\n"
        "    SELECT {}, {}\n"
        "    FROM (\n"
        "      SELECT {}, count(*) AS {}\n"
        "      FROM {} WHERE {} IS NOT NULL GROUP BY {}\n"
        "    ) AS counted\n"
        "  ) AS ranked\n"
        "  WHERE place = 1",
        keys_and({label, count}), keys_and({label, count}), place(count, label),
        keys_and({as(field(metric), label)}), count, posts_, field(metric),
        keys_and({field(metric)}));
  }

  std::string argmax_table(const Metric& metric, size_t column) const {
    const std::string label = field(metric);
    const std::string value = field(metric, 1);
    return fmt::format(
        "SELECT DISTINCT {}\n"
        "  FROM (\n"
        "    SELECT *, {}\n"
        "    FROM {} WHERE {} IS NOT NULL\n"
        "  ) AS ranked\n"
        "  WHERE place = 1",
        keys_and({as(label, columns_[column]), as(value, columns_[column + 1])}),
        place(value, label), posts_, value);
  }

  /// By the number of the value: the least one that so many per cent do not exceed.
  std::string percentile_table(const Metric& metric, size_t column) const {
    const std::string nth =
        metric.per_cent == 0
            ? "nth = 1"
            : fmt::format("100 * nth - {} * of_n BETWEEN 0 AND 99", metric.per_cent);
    return fmt::format(
        "SELECT {}\n"
        "  FROM (\n"
        "    SELECT *, row_number() {} AS nth,\n"
        "      count(*) {} AS of_n\n"
        "    FROM {} WHERE {} IS NOT NULL\n"
        "  ) AS numbered\n"
        "  WHERE {}",
        keys_and({as(field(metric), columns_[column])}), over(field(metric)), over(""), posts_,
        field(metric), nth);
  }

  /// A group is there if one of its metrics has a value.
  std::string having() const {
    std::vector<std::string> some;
    for (const Metric& metric : plan_.metrics) {
      if (!metric.may_be_null()) return keys_.empty() ? "\n  HAVING count(*) > 0" : "";
      const auto count =
          "count(" + field(metric, metric.kind == MetricKind::argmax ? 1 : 0) + ") > 0";
      if (std::ranges::find(some, count) == some.end()) some.push_back(count);
    }
    return "\n  HAVING " + with_commas(some, " OR ");
  }

  void add_figures() {
    std::vector<std::string> aggregates;
    std::vector<std::string> others;
    std::vector<std::string> all;
    size_t column = keys_.size();
    for (size_t i = 0; i < plan_.metrics.size(); ++i) {
      const Metric& metric = plan_.metrics[i];
      if (const auto expression = aggregate(metric)) {
        aggregates.push_back(as(*expression, columns_[column]));
        all.push_back("figures." + columns_[column]);
      } else {
        others.push_back(fmt::format("figure_{}", i + 1));
        add_table(others.back(), table_of(metric, column));
        if (has_label(metric.kind)) all.push_back(others.back() + "." + columns_[column]);
        all.push_back(others.back() + "." + columns_[column + has_label(metric.kind)]);
      }
      column += has_label(metric.kind) ? 2 : 1;
    }
    if (plan_.metrics.size() == 1 && others.size() == 1) {
      answer_ = others[0];
      return;
    }
    if (aggregates.empty() && keys_.empty()) aggregates.emplace_back("count(*) AS posts");
    add_table("figures",
              fmt::format("SELECT {}\n  FROM {}{}{}", keys_and(aggregates), posts_,
                          keys_.empty() ? "" : "\n  GROUP BY " + with_commas(keys_), having()));
    answer_ = "figures";
    if (!others.empty()) add_answer(all, others);
  }

  /// Joins the figures of each group.
  void add_answer(const std::vector<std::string>& figures, const std::vector<std::string>& others) {
    std::vector<std::string> columns;
    for (const std::string& key : keys_) columns.push_back("figures." + key);
    columns.insert(columns.end(), figures.begin(), figures.end());
    std::string joins;
    for (const std::string& other : others) {
      std::vector<std::string> same;
      for (const std::string& key : keys_) {
        same.push_back(fmt::format("figures.{1} {2} {0}.{1}", other, key,
                                   plan_.with_nulls ? "IS NOT DISTINCT FROM" : "="));
      }
      joins += fmt::format("\n  LEFT JOIN {} ON {}", other,
                           same.empty() ? "true" : with_commas(same, " AND "));
    }
    answer_ = "answer";
    add_table(answer_, "SELECT " + with_commas(columns) + "\n  FROM figures" + joins);
  }

  // ---- rows -----------------------------------------------------------------------------------

  /// The columns of `role`, but for the rank.
  std::vector<std::string> columns_of(Column::Role role) const {
    std::vector<std::string> found;
    const size_t end = columns_.size() - (plan_.order == Order::ranked ? 1 : 0);
    for (size_t i = keys_.size(); i < end; ++i) {
      if (plan_.columns[i].role == role) found.push_back(columns_[i]);
    }
    return found;
  }

  static std::string descending(const std::vector<std::string>& figures) {
    return with_commas(figures, " DESC NULLS LAST, ") + " DESC NULLS LAST";
  }

  std::string order() const {
    std::vector<std::string> parts;
    const auto figures = columns_of(Column::Role::measure);
    if (plan_.order == Order::ranked) parts.push_back(descending(figures));
    if (plan_.order == Order::by_metric) parts.push_back(descending({figures[0]}));
    const std::string nulls = " NULLS FIRST";
    for (const std::string& key : keys_) parts.push_back(key + (plan_.with_nulls ? nulls : ""));
    for (const std::string& label : columns_of(Column::Role::label)) parts.push_back(label + nulls);
    return parts.empty() ? "" : "\nORDER BY " + with_commas(parts);
  }

  /// The figures of the one group, turned: a row for each field.
  std::string select_fields() const {
    std::vector<std::string> rows;
    for (size_t i = 0; i + 1 < plan_.metrics.size(); ++i) {
      const Field& field = *plan_.metrics[i].fields[0];
      rows.push_back(fmt::format(
          "SELECT {} AS place, '{}' AS dataset, '{}' AS field, {} AS nulls, records FROM figures",
          100 * index_of(field.dataset) + i, name_of(field.dataset), field.name, columns_[i]));
    }
    return with_commas(rows, "\nUNION ALL ");
  }

  std::string select() const {
    if (plan_.of_fields) return select_fields();
    std::vector<std::string> columns;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const auto& made = i < keys_.size() ? keys_[i] : columns_[i];
      columns.push_back(as(made, word(plan_.columns[i].name)));
    }
    if (plan_.order == Order::ranked) {
      columns.back() = fmt::format("rank() OVER (ORDER BY {}) AS {}",
                                   descending(columns_of(Column::Role::measure)), columns_.back());
    }
    const bool has_top = plan_.top && !keys_.empty();
    return "SELECT " + with_commas(columns) + "\nFROM " +
           (has_top && !plan_.one ? topmost() : answer_) + order() +
           (has_top && plan_.one ? fmt::format("\nLIMIT {}", *plan_.top) : "");
  }

  /// The groups of --top, and what ties with the last. Of a group there may be several rows: then
  /// the first one stands for it, and groups before are counted by those.
  std::string topmost() const {
    const std::string first = columns_of(Column::Role::measure)[0];
    const auto labels = columns_of(Column::Role::label);
    if (labels.empty() || plan_.one) {
      return fmt::format(
          "(\n"
          "  SELECT *, rank() OVER (ORDER BY {} DESC NULLS LAST) AS place FROM {}\n"
          ") AS placed\n"
          "WHERE place <= {}",
          first, answer_, *plan_.top);
    }
    return fmt::format(
        "(\n"
        "  SELECT *, sum(is_first) OVER (ORDER BY {0} DESC NULLS LAST)\n"
        "    - sum(is_first) OVER (PARTITION BY {0}) AS groups_before\n"
        "  FROM (\n"
        "    SELECT *, CASE row_number() {1} WHEN 1 THEN 1 ELSE 0 END AS "
        "is_first\n"
        "    FROM {2}\n"
        "  ) AS numbered\n"
        ") AS placed\n"
        "WHERE groups_before < {3}",
        first, over(with_commas(labels)), answer_, *plan_.top);
  }

  const Plan& plan_;
  const DialectSql& words_;
  std::vector<const Field*> fields_;
  std::vector<std::string> keys_;
  std::vector<std::string> columns_;  // by the plan's; unique
  std::vector<std::string> tables_;
  std::string posts_ = "joined";
  std::string answer_;
};

std::string comment_of(const Plan& plan) {
  std::string text = "-- " + plan.name;
  if (plan.description != plan.name) text += ": " + plan.description;
  std::string keys;
  for (const Field* key : plan.keys) {
    keys += (keys.empty() ? "" : " or ") + std::string(key->name);
  }
  if (keys.empty()) return text + "\n";
  return text + (plan.with_nulls ? "\n-- null is a group, too, of " + keys + "\n"
                                 : "\n-- a post without " + keys + " is in no group\n");
}

// ---- tables ---------------------------------------------------------------------------------

std::string columns_of(Dataset dataset, const DialectSql& words) {
  std::vector<std::string> columns;
  for (const record::Field& field : record::clean_schema(dataset)) {
    const auto type = field.type == Type::integer       ? words.integer
                      : field.type == Type::coordinates ? words.coordinates
                                                        : words.text;
    columns.push_back(filled(words.column, field.name, type));
  }
  return with_commas(columns);
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string result;
  for (size_t at; (at = text.find(what)) != text.npos; text.remove_prefix(at + what.size())) {
    result.append(text.substr(0, at)).append(by);
  }
  return result.append(text);
}

/// The statement of one answer.
std::string statement_of(std::span<const Plan> plans, const DialectSql& words) {
  if (!plans[0].of_fields) return Statement(plans[0], words).text();
  std::vector<std::string> parts;
  for (const Plan& plan : plans) parts.push_back("(\n" + Statement(plan, words).text() + "\n)");
  return "SELECT dataset, field, nulls, records, CAST(nulls AS DOUBLE) / records AS rate\nFROM "
         "(\n" +
         with_commas(parts, " UNION ALL ") + "\n) AS turned\nORDER BY place";
}

}  // namespace

std::string sql_of(std::span<const Plan> plans, Dialect dialect) {
  std::string text;
  while (!plans.empty()) {
    size_t parts = 1;
    while (parts < plans.size() && plans[parts].continues) ++parts;
    text += (text.empty() ? "" : "\n") + comment_of(plans[0]) +
            statement_of(plans.first(parts), sql_of_dialect(dialect)) + ";\n";
    plans = plans.subspan(parts);
  }
  return text;
}

std::string tables_of(Dialect dialect) {
  const DialectSql& words = sql_of_dialect(dialect);
  std::string text =
      "Tables of clean records, with a column arrival, in whose order the first of an ind "
      "counts.\n";
  text += words.post_table;
  for (const Dataset dataset : record::kDatasets) {
    text = replaced(text, fmt::format("<{}>", name_of(dataset)), columns_of(dataset, words));
  }
  for (const Dataset dataset : record::kDatasets) {
    text += replaced(words.dataset_view, "<dataset>", name_of(dataset));
  }
  text += words.other_views;
  return "-- " + replaced(text.substr(0, text.size() - 1), "\n", "\n-- ") + "\n";
}

}  // namespace pinpipe::query
