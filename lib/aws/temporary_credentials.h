// Credentials that are asked for: of a command, of the container we are in, of the instance.
//
// As botocore does (credentials.py, utils.py), in its order. Roles are sts.h's; single sign-on is
// left to the AWS command line.
#pragma once

#include <optional>
#include <string>

#include "aws/credentials.h"

namespace pinpipe::aws {

/// A time of these and of STS: 2026-11-26T03:00:00Z, or with a fraction, or with +HH:MM.
std::optional<std::time_t> parse_time(const std::string& text);

/// Of the command `credential_process` of a profile. Errors: it fails, or prints something else.
Result<Credentials> process_credentials_of(const std::string& command,
                                           const CredentialServers& servers);

/// Of AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI; nothing where neither is set. Errors: no
/// answer, or no credentials in it; an address that is not of this machine's own.
Result<std::optional<Credentials>> container_credentials(const Environment& environment,
                                                         const CredentialServers& servers);

/// Of the role of the instance of EC2 (IMDSv2); nothing where there is none, none answers within a
/// second, or AWS_EC2_METADATA_DISABLED says not to ask.
std::optional<Credentials> instance_credentials(const Environment& environment,
                                                const CredentialServers& servers);

}  // namespace pinpipe::aws
