// What a run did, for Prometheus.
#pragma once

#include <string>
#include <string_view>

namespace pinpipe::cli {

/// `stats`, the JSON object of --stats, as gauges: a number "in" of the tool clean-pin is
/// pinpipe_clean_pin_in; those of an object "nulled" are pinpipe_clean_pin_nulled, with the label
/// `name`, deeper ones with dots in it. What is not a number is left out.
std::string metrics_of(std::string_view tool, std::string_view stats);

}  // namespace pinpipe::cli
