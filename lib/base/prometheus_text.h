// Pieces of the text exposition format of Prometheus, for whoever writes metrics.
//
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <string>
#include <string_view>

namespace pinpipe {

/// A part of the name of a metric or label: letters of ASCII and digits as they are, a _ for
/// whatever stands between.
std::string metric_name_part(std::string_view text);

/// The two lines before the samples of a gauge; `help` is on one line.
void append_gauge_head(std::string_view metric, std::string_view help, std::string& to);

/// NAME="VALUE", the value escaped.
void append_label(std::string_view name, std::string_view value, std::string& to);

}  // namespace pinpipe
