#include "query/format.h"

#include "query/chart.h"
#include "query/prometheus.h"
#include "query/rows.h"
#include "query/table.h"
#include "query/vega_lite.h"

namespace pinpipe::query {
namespace {

/// One of several, or alone, in a format that puts one below the other.
void append_block(const Answer& answer, bool several, const FormatOptions& options,
                  std::string& to) {
  if (!to.empty()) to += '\n';
  if (options.format == Format::csv) {
    append_csv(answer, {options.csv_safe, options.has_header}, to);
  } else if (options.format == Format::markdown) {
    if (several) to += "## " + answer.name + "\n\n";
    append_markdown(answer, to);
  } else {
    if (several) to += answer.name + "\n";
    if (options.format == Format::chart) {
      append_chart(answer, {options.width.value_or(ChartStyle().width), options.colour}, to);
    } else {
      append_table(answer, options.width, to);
    }
  }
}

}  // namespace

std::string formatted(std::span<const Answer> answers, const FormatOptions& options) {
  std::string text;
  if (options.format == Format::json) {
    append_json(answers, text);
    return text;
  }
  if (options.format == Format::vega_lite) {
    append_vega_lite(answers, text);
    return text;
  }
  const bool several = answers.size() > 1;
  for (const Answer& answer : answers) {
    if (options.format == Format::ndjson) {
      append_ndjson(answer, several, text);
    } else if (options.format == Format::prometheus) {
      append_prometheus(answer, text);
    } else {
      append_block(answer, several, options, text);
    }
  }
  return text;
}

}  // namespace pinpipe::query
