// Who we are to AWS: from the environment, or from a profile in the files of the AWS tools.
//
// clang-format off
//   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
//   the role of the profile: role_arn, by source_profile, credential_source or
//     web_identity_token_file
//   AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, as in Kubernetes
//   [PROFILE] in ~/.aws/credentials                     AWS_PROFILE, or default
//   credential_process, then keys, of [profile PROFILE] in ~/.aws/config
//   the container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI
//   the instance of EC2, unless AWS_EC2_METADATA_DISABLED is true
// clang-format on
//
// The first that has any decides, which is the order of botocore. The region is AWS_REGION,
// AWS_DEFAULT_REGION, else `region` of the profile. AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE
// name other files. What needs single sign-on or a code of a person is refused by name.
#pragma once

#include <ctime>
#include <functional>
#include <optional>
#include <string>

#include "base/status.h"
#include "http/transport.h"

namespace pinpipe::aws {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< "" without
  std::time_t expires = 0;    ///< 0: never
};

/// The value of an environment variable; nothing where it is unset or empty.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

/// That environment, but for credentials it has only those of `profile`.
Environment of_profile(Environment environment, std::string profile);

/// What credentials may have to be asked of.
struct CredentialServers {
  std::function<Result<std::string>(const std::string& command)> run;  ///< its output
  std::function<http::Reply(const http::Request&)> ask;                ///< servers of this machine
  std::function<http::Reply(const http::Request&)> ask_sts = nullptr;  ///< by a proxy if need be
  std::function<std::time_t()> now = [] { return std::time(nullptr); };
};

/// Errors: none found, one half of a pair, no such profile, what was asked has none. No message
/// shows a key.
Result<Credentials> find_credentials(const Environment& environment,
                                     const CredentialServers& servers);

/// The region; "" where nothing says it.
std::string find_region(const Environment& environment);

}  // namespace pinpipe::aws
