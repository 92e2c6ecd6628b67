#include "properties.h"

#include <cerrno>
#include <fstream>

#include "stream/ascii.h"

namespace pinpipe {
Result<std::vector<Property>> read_properties(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) return system_error("open", file, errno);
  std::vector<Property> properties;
  std::string text;
  for (size_t number = 1; std::getline(lines, text); ++number) {
    const auto from = file + ":" + std::to_string(number);
    const auto line = trimmed(text);
    if (line.empty() || line.starts_with("#")) continue;
    const size_t equals = line.find('=');
    if (equals == line.npos || equals == 0) {
      return Error{from + ": no line of the form key=value", "as in security.protocol=ssl"};
    }
    properties.push_back({std::string(trimmed(line.substr(0, equals))),
                          std::string(trimmed(line.substr(equals + 1))), from});
  }
  if (lines.bad()) return system_error("read", file, EIO);
  return properties;
}

}  // namespace pinpipe
