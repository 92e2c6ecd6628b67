#include "ndjson/findings.h"

namespace pinpipe::ndjson {

std::string place_text(std::string_view file, uint64_t line, uint64_t value_line) {
  const std::string name = std::string(file) + ":";
  if (value_line == 0) return name + std::to_string(line);
  return name + std::to_string(value_line) + ": value " + std::to_string(line);
}

void FirstFindings::add(std::string_view file, uint64_t lines_before,
                        const std::vector<Finding>& findings) {
  for (const auto& finding : findings) {
    if (firsts_.contains(finding.topic)) continue;
    firsts_.emplace(
        finding.topic,
        place_text(file, lines_before + finding.line, finding.value_line) + ": " + finding.text);
  }
}

std::string_view FirstFindings::find(size_t topic) const {
  const auto found = firsts_.find(topic);
  return found == firsts_.end() ? std::string_view() : found->second;
}

}  // namespace pinpipe::ndjson
