// Roles of IAM, which are assumed by asking STS: keys that end.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. STS is at
// AWS_ENDPOINT_URL_STS, else at AWS_ENDPOINT_URL, else Amazon's of the region.
#pragma once

#include <string>

#include "aws/credentials.h"

namespace pinpipe::aws {

struct Role {
  std::string arn;
  std::string session_name = "pinpipe";  ///< what its owner sees in the logs of AWS
  std::string external_id = {};          ///< "" without
  std::string sts_region = {};           ///< "" or "aws-global" is Amazon's one for the world
};

/// The role, for an hour, assumed by the owner of `source`. Errors: STS refuses, with its words and
/// what to do; it does not answer, after 3 tries. No message shows a key.
Result<Credentials> assume_role(const Role& role, const Credentials& source,
                                const Environment& environment, const CredentialServers& servers);

/// The same, by the token that stands in `token_file`, as Kubernetes and others renew it there.
/// Errors: as above, and those of the file.
Result<Credentials> assume_role_with_web_identity(const Role& role, const std::string& token_file,
                                                  const Environment& environment,
                                                  const CredentialServers& servers);

}  // namespace pinpipe::aws
