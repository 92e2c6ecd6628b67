// The login to MSK by IAM: what client.properties says of it, and the tokens that come of it.
//
// The four lines are those of Java's clients, with Amazon's login module (aws-msk-iam-auth):
//
//   security.protocol=SASL_SSL
//   sasl.mechanism=AWS_MSK_IAM
//   sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required awsRoleArn="arn:…";
//   sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler
//
// AWS_MSK_IAM is an exchange that only Java has; the brokers take all other clients by OAUTHBEARER,
// with the same rights.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/credentials.h"
#include "aws/msk_token.h"
#include "aws/sts.h"
#include "base/status.h"
#include "kafka/properties.h"

namespace pinpipe::kafka {

struct IamLogin {
  std::string region;          ///< in the names of the brokers; "" where they have none
  std::string profile;         ///< awsProfileName; "" is the one of the environment
  aws::Role role;              ///< awsRoleArn, awsRoleSessionName, awsRoleExternalId, awsStsRegion
  aws::Credentials role_keys;  ///< awsRoleAccessKeyId and so on, to assume the role by
};

/// Takes the login out of `properties`, which then are librdkafka's, with OAUTHBEARER; nothing
/// where they have another one. Also takes what Amazon's module has for OAUTHBEARER in Java.
/// Errors: no TLS, another login module or class, an option that the module does not have. No
/// message shows a value.
Result<std::optional<IamLogin>> take_iam_login(std::vector<Property>& properties);

using TokenMaker = std::function<Result<aws::MskToken>()>;

/// Makes tokens of credentials that are got anew before they end. Safe from several threads.
/// Errors: those of find_credentials and assume_role, none of which shows a key; credentials that
/// have ended, or end before a token of them could be used. A region that the brokers' names do not
/// have is the environment's. Errors at once: there is none.
Result<TokenMaker> token_maker(const IamLogin& login, const aws::Environment& environment,
                               const aws::CredentialServers& servers);

}  // namespace pinpipe::kafka
