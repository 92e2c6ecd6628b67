#include "aws/profile.h"

#include <fstream>

#include "base/ascii.h"

namespace pinpipe::aws {
namespace {

using Section = std::map<std::string, std::string>;
using Sections = std::map<std::string, Section>;

/// A '#' or ';' behind a blank starts a comment.
std::string_view without_comment(std::string_view value) {
  for (size_t at = 1; at < value.size(); ++at) {
    if ((value[at] == '#' || value[at] == ';') && (value[at - 1] == ' ' || value[at - 1] == '\t'))
      return trimmed(value.substr(0, at));
  }
  return value;
}

/// The sections of a file; none where there is no such file. Indented lines belong to nested
/// settings such as `s3 =`, which are not for us.
Sections read_sections(const std::string& path) {
  Sections sections;
  std::ifstream file(path);
  std::string text, name;
  while (std::getline(file, text)) {
    const std::string_view line = text;
    if (line.empty() || std::string(" \t#;\r").find(line[0]) != std::string::npos) continue;
    if (line[0] == '[') {
      name = trimmed(line.substr(1, line.find(']') - 1));
      sections[name];
    } else if (const size_t equals = line.find('='); equals != line.npos && !name.empty()) {
      sections[name][std::string(trimmed(line.substr(0, equals)))] =
          without_comment(trimmed(line.substr(equals + 1)));
    }
  }
  return sections;
}

}  // namespace

Profile::Profile(const Environment& environment) {
  const auto home = environment("HOME").value_or("");
  name = environment("AWS_PROFILE").value_or("default");
  named = environment("AWS_PROFILE").has_value();
  const auto credentials_file =
      environment("AWS_SHARED_CREDENTIALS_FILE").value_or(home + "/.aws/credentials");
  const auto config_file = environment("AWS_CONFIG_FILE").value_or(home + "/.aws/config");
  auto config = read_sections(config_file);
  auto credentials = read_sections(credentials_file);
  const auto config_name =
      name == "default" && !config.contains("profile default") ? name : "profile " + name;
  exists = config.contains(config_name) || credentials.contains(name);
  values_ = config[config_name];
  has_own_keys = credentials[name].contains("aws_access_key_id");
  for (const auto& [key, value] : credentials[name]) values_[key] = value;
}

std::string Profile::value(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? "" : found->second;
}

}  // namespace pinpipe::aws
