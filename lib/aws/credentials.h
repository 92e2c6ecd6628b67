// Who we are to AWS: from the environment, or from a profile in the files of the AWS tools.
//
//   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN     first, if set
//   [PROFILE] in ~/.aws/credentials, [profile PROFILE] in ~/.aws/config      AWS_PROFILE, or
//   default AWS_REGION, AWS_DEFAULT_REGION, else `region` of the profile
//
// AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name other files. Profiles that need a call to
// get keys (single sign-on, roles, processes) are refused by name.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "stream/error.h"

namespace pinpipe::aws {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< "" without
};

/// The value of an environment variable; nothing where it is unset or empty.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

/// Errors: none found, one half of a pair, no such profile. No message shows a key.
Result<Credentials> find_credentials(const Environment& environment);

/// The region; "" where nothing says it.
std::string find_region(const Environment& environment);

}  // namespace pinpipe::aws
