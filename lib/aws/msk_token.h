// Tokens for a login to MSK by IAM (SASL's OAUTHBEARER): a URL that is signed for calling
// kafka-cluster:Connect. Amazon's own signer, aws-msk-iam-sasl-signer-python, is the oracle of the
// tests.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "aws/credentials.h"

namespace pinpipe::aws {

struct MskToken {
  std::string value;        ///< a secret for as long as it is good
  std::time_t expires = 0;  ///< in 15 minutes, or when its credentials end
};

/// The token of the owner of `credentials` for clusters in `region`, made at `now`.
MskToken msk_token(const Credentials& credentials, const std::string& region, std::time_t now);

/// The region in the name of a broker of MSK, "b-1.posts.x1y2z3.c4.kafka.REGION.amazonaws.com", a
/// serverless one's too; "" of any other host.
std::string region_of_broker(std::string_view host);

}  // namespace pinpipe::aws
