#include "aws/s3_reply.h"

#include <algorithm>

#include "aws/xml.h"
#include "json/plain_words.h"

namespace pinpipe::aws {
namespace {

constexpr const char* kS3 = "S3";

// Codes, statuses and their meanings: Amazon S3 API Reference, "Error responses"; those that pass
// are the ones that botocore tries again, too (data/_retry.json, retries/standard.py).
struct CodeRow {
  std::string_view code;
  bool may_pass;
  const char* hint;
};
// clang-format off
constexpr CodeRow kCodes[] = {
    {"SlowDown", true, ""},
    {"InternalError", true, ""},
    {"ServiceUnavailable", true, ""},
    {"RequestTimeout", true, ""},
    {"RequestTimeoutException", true, ""},
    {"RequestLimitExceeded", true, ""},
    {"BandwidthLimitExceeded", true, ""},
    {"Throttling", true, ""},
    {"ThrottlingException", true, ""},
    {"TooManyRequestsException", true, ""},
    {"OperationAborted", true, ""},
    {"BadDigest", true, ""},                   // bytes were changed on the way
    {"XAmzContentSHA256Mismatch", true, ""},
    {"NoSuchBucket", false, "make the bucket first, or see to its name and to the endpoint (AWS_ENDPOINT_URL)"},
    {"InvalidBucketName", false, "names of buckets are 3 to 63 small letters, digits, '.' and '-'"},
    {"InvalidAccessKeyId", false,
     "this server does not know the key: see to AWS_ACCESS_KEY_ID or AWS_PROFILE, and to the endpoint"},
    {"SignatureDoesNotMatch", false,
     kSecretHint},
    {"ExpiredToken", false, kSessionHint},
    {"TokenRefreshRequired", false, kSessionHint},
    {"InvalidToken", false, "AWS_SESSION_TOKEN is not of this key: get all three anew, or unset it where there is none"},
    {"RequestTimeTooSkewed", false, kClockHint},
    {"RequestExpired", false, kClockHint},
    {"PermanentRedirect", false, "the bucket is in another region: set AWS_REGION to that"},
    {"AuthorizationHeaderMalformed", false, "is AWS_REGION the region of the bucket, and the key whole?"},
    {"IllegalLocationConstraintException", false, "the bucket is in another region: set AWS_REGION to that"},
    {"EntityTooLarge", false, "fewer records an object make smaller ones"},
};
// clang-format on

const char* name_of(S3Action action) {
  switch (action) {
    case S3Action::list:
      return "s3:ListBucket";
    case S3Action::get:
      return "s3:GetObject";
    case S3Action::put:
      return "s3:PutObject";
  }
  return "";
}

/// `text` as encoding-type=url writes it.
std::string url_decoded(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const int letter = (c | 0x20) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
  };
  std::string decoded;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 &&
                        digit(text[at + 2]) >= 0;
    if (escape) {
      decoded += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
      at += 2;
    } else {
      decoded += text[at] == '+' ? ' ' : text[at];
    }
  }
  return decoded;
}

struct Words {
  std::string code;
  std::string message;
  std::string region;
};

/// Nothing where `body` is no error of S3.
std::optional<Words> read_words(std::string_view body) {
  Words words;
  const bool xml = read_xml(body, [&](std::string_view path, std::string_view text) {
    if (path == "Error/Code") words.code = text;
    if (path == "Error/Message") words.message = text;
    if (path == "Error/Region") words.region = text;
  });
  return xml && !words.code.empty() ? std::optional(std::move(words)) : std::nullopt;
}

}  // namespace

std::optional<S3Page> read_page(std::string_view body) {
  S3Page page;
  bool is_listing = false;
  bool encoded = false;
  const bool xml = read_xml(body, [&](std::string_view path, std::string_view text) {
    if (path == "ListBucketResult/Contents/Key") page.keys.emplace_back(text);
    if (path == "ListBucketResult/NextContinuationToken") page.next = text;
    if (path == "ListBucketResult/EncodingType") encoded = text == "url";
    if (path == "ListBucketResult") is_listing = true;
  });
  if (!xml || !is_listing) return std::nullopt;
  if (encoded) std::ranges::transform(page.keys, page.keys.begin(), url_decoded);
  return page;
}

S3Refusal read_refusal(S3Action action, const http::Reply& reply, const std::string& address) {
  if (reply.status == 0) return {refusal_of_network(reply, address, kS3), ""};
  const auto words = read_words(reply.body);
  if (!words) {
    return {refusal_of_stranger(reply, address, kS3), reply.bucket_region};
  }
  S3Refusal refusal;
  refusal.reason = json::plain_words(words->code + ": " + words->message);
  refusal.region = words->region.empty() ? reply.bucket_region : words->region;
  refusal.may_pass = passes_by_status(reply.status);
  const auto row = std::ranges::find(kCodes, std::string_view(words->code), &CodeRow::code);
  if (row != std::end(kCodes)) {
    refusal.may_pass = refusal.may_pass || row->may_pass;
    refusal.hint = row->hint;
  } else if (reply.status == 401 || reply.status == 403) {
    refusal.hint = std::string("the credentials must be allowed ") + name_of(action) +
                   " there; man pinpipe-aws has the policy";
  }
  return refusal;
}

}  // namespace pinpipe::aws
