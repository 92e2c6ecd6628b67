// Answers as metrics, for the textfile collector of Prometheus' node_exporter.
//
//   # HELP pinpipe_categories_by_year_category_count category_count of categories-by-year
//   # TYPE pinpipe_categories_by_year_category_count gauge
//   pinpipe_categories_by_year_category_count{post_year="2018",category="art"} 12
//
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <string>

#include "query/answer.h"

namespace pinpipe::query {

/// A gauge for each measure that is a number, and a sample for each row in which it is not null;
/// without such a measure one gauge `…_info` that is 1. All other columns are labels; null is a
/// label that is not there, and so that it stays another than the empty text, a text of nothing but
/// quotation marks, none among them, has two more. No sample has a timestamp, as the collector
/// wants it.
///
/// Of an answer with windows, the rows of one window alone: the first that is not final, which has
/// seen the most, else the last; which window it is, is no label, or every window were a series.
void append_prometheus(const Answer& answer, std::string& to);

}  // namespace pinpipe::query
