// A question as a plan: which posts, in which groups, measured how, in which order.
//
//   --by country --metric mode:category --where follower_count>=1000 --top 3
//
// Posts are records joined on `ind`: a plan is about those that have a record of every dataset that
// one of its fields is of. A post whose key is null is in no group; a group is answered if one of
// its metrics has a value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/answer.h"
#include "query/fields.h"

namespace pinpipe::query {

enum class MetricKind : uint8_t {
  count,  ///< posts
  nulls,  ///< posts without a value
  sum,    ///< exact
  mean,   ///< the exact sum, rounded once, by the number of values
  min,
  max,
  percentile,  ///< percentile_disc: the least value that at least so many per cent do not exceed
  distinct,    ///< different values; of several fields, different tuples that are not all null
  mode,        ///< the most frequent value, all that tie, and how often it is there
  argmax,      ///< the labels with the greatest value, all that tie, null among them; the value
};

struct Metric {
  MetricKind kind;
  std::vector<const Field*> fields;  ///< of argmax the label and the value; of count none
  unsigned per_cent = 0;             ///< of percentile, 0 to 100

  /// Whether it is null where there is no value; others are then 0.
  bool may_be_null() const { return kind >= MetricKind::sum && kind != MetricKind::distinct; }
};

/// Whether it finds a label beside its figure, or several that tie.
inline constexpr bool has_label(MetricKind kind) {
  return kind == MetricKind::mode || kind == MetricKind::argmax;
}

/// On one field. A null fulfils only `is_null`.
struct Condition {
  enum class Op : uint8_t { equal, not_equal, at_least, at_most, between, is_null, is_not_null };

  const Field* field;
  Op op;
  Value first;  ///< as the field's values are: an Integer or a text
  Value last;   ///< of between, which includes both
};

/// How answers are put in order.
enum class Order : uint8_t {
  by_group,   ///< by the values of the group, then the others from the left
  by_metric,  ///< by the first metric, the greatest first, then as by_group
  ranked,     ///< by all metrics from the left, greatest first; a column `rank` has the place
};

struct Plan {
  std::string name;         ///< of the question; "" where it has none
  std::string description;  ///< one line
  std::vector<const Field*> keys;
  std::vector<Metric> metrics;  ///< one at least
  std::vector<Condition> conditions;
  std::optional<uint64_t>
      top;  ///< so many groups, by the first metric; ties at the border are kept
  Order order = Order::by_group;
  bool one = false;         ///< of what ties, the first by name
  bool with_nulls = false;  ///< null is a group, too
  /// A row for each of some fields, not for a group: the metrics are the nulls of each, and count.
  bool of_fields = false;
  /// Its rows go on the answer of the plan before.
  bool continues = false;
  /// The condition that a range of years goes in place of; none where it is not about years.
  std::optional<size_t> years;
  /// Of the keys, then of the metrics, one or two each, then the rank.
  std::vector<Column> columns;

  Datasets needs() const;
  /// Calls `visit` with every field that it is about.
  template <class Visit>
  void each_field(Visit visit) const {
    for (const Field* key : keys) visit(key);
    for (const Metric& metric : metrics) {
      for (const Field* field : metric.fields) visit(field);
    }
    for (const Condition& condition : conditions) visit(condition.field);
  }
};

/// Both ends belong to it.
struct YearRange {
  int first;
  int last;
};

// All errors are misuse, with what is wrong in the user's own words.

/// "count", "median:follower_count", "p90:age", "distinct:user_name+age", "argmax:country:age", ...
Result<Metric> parse_metric(std::string_view text);
/// "F=V", "F!=V", "F>=N", "F<=N", "F=A:B", "F=null", "F!=null".
Result<Condition> parse_condition(std::string_view text);
/// Names with commas between.
Result<std::vector<const Field*>> parse_keys(std::string_view text);

/// All that `plan` asks, in words: equal for those that answer the same.
std::string plan_text(const Plan& plan);

/// How many answers they have.
size_t count_answers(std::span<const Plan> plans);

/// Names the columns of `plan` after its keys and metrics.
void name_columns(Plan& plan);

}  // namespace pinpipe::query
