#include "aws/credentials.h"

#include <cstdlib>
#include <fstream>
#include <map>

#include "aws/temporary_credentials.h"
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

/// The two files of the AWS tools, and the profile that is asked for.
struct Profile {
  explicit Profile(const Environment& environment) {
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
    values = config[config_name];
    has_own_keys = credentials[name].contains("aws_access_key_id");
    for (const auto& [key, value] : credentials[name]) values[key] = value;
  }

  std::string value(const std::string& key) const {
    const auto found = values.find(key);
    return found == values.end() ? "" : found->second;
  }

  std::string name;
  bool named = false;
  bool exists = false;
  bool has_own_keys = false;  // in the file of credentials
  Section values;
};

Error half(const std::string& there, const std::string& missing) {
  return {"there is an AWS access key in " + there + ", but no " + missing, ""};
}

constexpr const char* kTokenFile = "AWS_WEB_IDENTITY_TOKEN_FILE";

/// What only the AWS command line can use, and goes before keys that are found later; "" none.
std::string beyond_us(const Profile& profile, const Environment& environment) {
  if (!profile.value("role_arn").empty()) return "role_arn";
  if (environment(kTokenFile)) return kTokenFile;
  if (!profile.value("aws_access_key_id").empty()) return "";
  for (const char* key : {"sso_session", "sso_start_url", "web_identity_token_file"}) {
    if (!profile.value(key).empty()) return key;
  }
  return "";
}

Error not_ours(const Profile& profile, const std::string& key) {
  const auto who =
      key == kTokenFile ? std::string("the environment") : "the AWS profile '" + profile.name + "'";
  return {
      who + " has no keys: it uses " + key,
      "let the AWS command line get them: eval \"$(aws configure export-credentials --profile " +
          profile.name + " --format env)\""};
}

Error none_found(const Profile& profile) {
  const std::string hint =
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for a profile of "
      "~/.aws/credentials";
  if (profile.named && !profile.exists)
    return {"there is no AWS profile '" + profile.name + "'", hint};
  return {"there are no AWS credentials", hint};
}

/// Keys of the files, or of the command that they name; nothing where they have neither.
Result<std::optional<Credentials>> profile_credentials(const Profile& profile,
                                                       const CredentialServers& servers) {
  const auto command = profile.value("credential_process");
  if (!command.empty() && !profile.has_own_keys) {
    auto found = TRY(process_credentials_of(command, servers));
    return std::optional(std::move(found));
  }
  Credentials found{profile.value("aws_access_key_id"), profile.value("aws_secret_access_key"),
                    profile.value("aws_session_token")};
  if (found.access_key.empty()) return std::optional<Credentials>();
  if (found.secret_key.empty())
    return half("the AWS profile '" + profile.name + "'", "aws_secret_access_key");
  return std::optional(std::move(found));
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

Result<Credentials> find_credentials(const Environment& environment,
                                     const CredentialServers& servers) {
  const auto access_key = environment("AWS_ACCESS_KEY_ID");
  const auto secret_key = environment("AWS_SECRET_ACCESS_KEY");
  if (access_key && !secret_key) return half("the environment", "AWS_SECRET_ACCESS_KEY");
  if (access_key) {
    return Credentials{*access_key, *secret_key, environment("AWS_SESSION_TOKEN").value_or("")};
  }
  const Profile profile(environment);
  if (profile.named && !profile.exists) return none_found(profile);
  if (const auto key = beyond_us(profile, environment); !key.empty()) return not_ours(profile, key);
  const auto of_profile = TRY(profile_credentials(profile, servers));
  if (of_profile) return *of_profile;
  const auto of_container = TRY(container_credentials(environment, servers));
  if (of_container) return *of_container;
  if (auto found = instance_credentials(environment, servers)) return *found;
  return none_found(profile);
}

std::string find_region(const Environment& environment) {
  if (const auto region = environment("AWS_REGION")) return *region;
  if (const auto region = environment("AWS_DEFAULT_REGION")) return *region;
  return Profile(environment).value("region");
}

}  // namespace pinpipe::aws
