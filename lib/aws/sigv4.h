// Signature Version 4: the Authorization header of a request to AWS, or its query.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; the
// headers that are left out, and the path, are those of botocore, whose signer is the oracle of the
// tests. Signed here and not by libcurl: 7.88.1, of Debian 12, also signs a header that is named
// only to be left out (`Expect:`; curl's issue 11664), and such a signature is always wrong.
#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"

namespace pinpipe::aws {

/// What a signature is good for.
struct SigningScope {
  std::string name;  ///< "kinesis", "s3"
  std::string region;
};

/// A request before it is sent; all of it must outlive the call only.
struct Unsigned {
  std::string_view method;
  std::string_view url;               ///< http(s)://HOST[:PORT][/PATH][?QUERY], percent-encoded
  std::vector<std::string>& headers;  ///< "Name: value"
  std::string_view body;
  std::string_view body_hash = {};  ///< sha256_hex of a body that is elsewhere, instead of `body`
};

/// Adds to the headers of `request`, in place of others of these names, what makes it a request of
/// the owner of `credentials` at the time `now`: Host, X-Amz-Date, Authorization, with a session
/// token X-Amz-Security-Token, and for S3 X-Amz-Content-Sha256. It must be sent exactly like that.
void sign(const Unsigned& request, const Credentials& credentials, const SigningScope& service,
          std::time_t now);

/// `url` with more in its query that makes it a GET of the owner of `credentials`, with no header
/// but Host, from `now` for `expires_s` seconds: X-Amz-Algorithm and so on, X-Amz-Signature last.
/// REQUIRES: the service is not S3, which signs less of such a request
std::string presign(std::string_view url, const Credentials& credentials,
                    const SigningScope& service, std::time_t now, unsigned expires_s);

}  // namespace pinpipe::aws
