#include "properties.h"

#include <cerrno>
#include <fstream>

namespace pinpipe {
namespace {

std::string trimmed(const std::string& text) {
  static constexpr const char* kBlank = " \t\r";
  const size_t start = text.find_first_not_of(kBlank);
  if (start == text.npos) return "";
  return text.substr(start, text.find_last_not_of(kBlank) + 1 - start);
}

}  // namespace

Result<std::vector<Property>> read_properties(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) return system_error("open", file, errno);
  std::vector<Property> properties;
  std::string line;
  for (size_t number = 1; std::getline(lines, line); ++number) {
    const auto from = file + ":" + std::to_string(number);
    line = trimmed(line);
    if (line.empty() || line.starts_with("#")) continue;
    const size_t equals = line.find('=');
    if (equals == line.npos || equals == 0) {
      return Error{from + ": no line of the form key=value", "as in security.protocol=ssl"};
    }
    properties.push_back({trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)), from});
  }
  if (lines.bad()) return system_error("read", file, EIO);
  return properties;
}

}  // namespace pinpipe
