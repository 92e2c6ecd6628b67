#include "base/prometheus_text.h"

#include "base/ascii.h"

namespace pinpipe {

std::string metric_name_part(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (is_letter_or_digit(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  return name;
}

void append_gauge_head(std::string_view metric, std::string_view help, std::string& to) {
  (to += "# HELP ") += metric;
  (to += ' ') += help;
  (to += "\n# TYPE ") += metric;
  to += " gauge\n";
}

void append_label(std::string_view name, std::string_view value, std::string& to) {
  (to += name) += "=\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') to += '\\';
    to += c == '\n' ? "\\n" : std::string(1, c);
  }
  to += '"';
}

}  // namespace pinpipe
