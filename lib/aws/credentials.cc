#include "aws/credentials.h"

#include <algorithm>
#include <cstdlib>

#include "aws/profile.h"
#include "aws/sts.h"
#include "aws/temporary_credentials.h"

namespace pinpipe::aws {
namespace {

Error half(const std::string& there, const std::string& missing) {
  return {"there is an AWS access key in " + there + ", but no " + missing, ""};
}

/// A profile that takes the keys of another, which takes those of another …
constexpr int kMaxProfiles = 5;

/// What only the AWS command line can use, and goes before keys that are found later; "" none.
std::string beyond_us(const Profile& profile) {
  if (!profile.value("role_arn").empty())
    return profile.value("mfa_serial").empty() ? "" : "mfa_serial";
  if (!profile.value("aws_access_key_id").empty()) return "";
  for (const char* key : {"sso_session", "sso_start_url"}) {
    if (!profile.value(key).empty()) return key;
  }
  return "";
}

Error not_ours(const Profile& profile, const std::string& key) {
  return {
      "the AWS profile '" + profile.name + "' has no keys: it uses " + key,
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

// ---- roles --------------------------------------------------------------------------------------

Result<Credentials> find(const Environment& environment, const CredentialServers& servers,
                         int profiles);

Role role_of(const Profile& profile, const Environment& environment) {
  Role role;
  role.arn = profile.value("role_arn");
  if (const auto name = profile.value("role_session_name"); !name.empty()) role.session_name = name;
  role.external_id = profile.value("external_id");
  role.sts_region = find_region(environment);
  return role;
}

/// The keys that a profile assumes its role by.
Result<Credentials> source_of_role(const Profile& profile, const Environment& environment,
                                   const CredentialServers& servers, int profiles) {
  const auto where = "the AWS profile '" + profile.name + "'";
  if (const auto source = profile.value("source_profile"); !source.empty()) {
    if (source == profile.name) {
      const auto own = TRY(profile_credentials(profile, servers));
      if (own) return *own;
      return Error{where + " has a role and itself as source_profile, but no keys", ""};
    }
    if (profiles <= 1) return Error{where + ": too many profiles, each with a source_profile", ""};
    return find(of_profile(environment, source), servers, profiles - 1);
  }
  const auto source = profile.value("credential_source");
  if (source == "EcsContainer") {
    const auto found = TRY(container_credentials(environment, servers));
    if (found) return *found;
  } else if (source == "Ec2InstanceMetadata") {
    if (auto found = instance_credentials(environment, servers)) return *found;
  } else if (source != "Environment") {
    return Error{where + " has a role_arn, but neither source_profile nor credential_source",
                 "name the profile whose keys may assume the role as source_profile"};
  }
  return Error{where + " has the credential_source " + source + ", which has no keys", ""};
}

/// Of the role that the environment (as in Kubernetes) or the profile names; nothing where neither
/// does.
Result<std::optional<Credentials>> role_credentials(const Profile& profile,
                                                    const Environment& environment,
                                                    const CredentialServers& servers,
                                                    int profiles) {
  auto role = role_of(profile, environment);
  auto token_file = profile.value("web_identity_token_file");
  if (role.arn.empty()) {
    token_file = environment("AWS_WEB_IDENTITY_TOKEN_FILE").value_or("");
    if (token_file.empty()) return std::optional<Credentials>();
    role.arn = environment("AWS_ROLE_ARN").value_or("");
    role.session_name = environment("AWS_ROLE_SESSION_NAME").value_or(role.session_name);
    if (role.arn.empty()) {
      return Error{"AWS_WEB_IDENTITY_TOKEN_FILE is set, but not AWS_ROLE_ARN", ""};
    }
  }
  if (!token_file.empty()) {
    auto found = TRY(assume_role_with_web_identity(role, token_file, environment, servers));
    return std::optional(std::move(found));
  }
  const auto source = TRY(source_of_role(profile, environment, servers, profiles));
  auto found = TRY(assume_role(role, source, environment, servers));
  return std::optional(std::move(found));
}

/// `profiles` may be looked at.
Result<Credentials> find(const Environment& environment, const CredentialServers& servers,
                         int profiles) {
  const auto access_key = environment("AWS_ACCESS_KEY_ID");
  const auto secret_key = environment("AWS_SECRET_ACCESS_KEY");
  if (access_key && !secret_key) return half("the environment", "AWS_SECRET_ACCESS_KEY");
  if (access_key) {
    return Credentials{*access_key, *secret_key, environment("AWS_SESSION_TOKEN").value_or("")};
  }
  const Profile profile(environment);
  if (profile.named && !profile.exists) return none_found(profile);
  if (const auto key = beyond_us(profile); !key.empty()) return not_ours(profile, key);
  const auto of_role = TRY(role_credentials(profile, environment, servers, profiles));
  if (of_role) return *of_role;
  const auto of_profile = TRY(profile_credentials(profile, servers));
  if (of_profile) return *of_profile;
  const auto of_container = TRY(container_credentials(environment, servers));
  if (of_container) return *of_container;
  if (auto found = instance_credentials(environment, servers)) return *found;
  return none_found(profile);
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

Environment of_profile(Environment environment, std::string profile) {
  return [environment = std::move(environment),
          profile = std::move(profile)](const std::string& name) -> std::optional<std::string> {
    if (name == "AWS_PROFILE") return profile;
    constexpr std::string_view kKeys[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                          "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE"};
    if (std::ranges::count(kKeys, std::string_view(name)) > 0) return std::nullopt;
    return environment(name);
  };
}

Result<Credentials> find_credentials(const Environment& environment,
                                     const CredentialServers& servers) {
  return find(environment, servers, kMaxProfiles);
}

std::string find_region(const Environment& environment) {
  if (const auto region = environment("AWS_REGION")) return *region;
  if (const auto region = environment("AWS_DEFAULT_REGION")) return *region;
  return Profile(environment).value("region");
}

}  // namespace pinpipe::aws
