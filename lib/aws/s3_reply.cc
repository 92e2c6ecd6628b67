#include "aws/s3_reply.h"

#include <algorithm>

#include "aws/xml.h"
#include "base/percent_encoding.h"

namespace pinpipe::aws {
namespace {

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

/// What encoding-type=url made `key` of; `key` itself where it made none.
std::string url_decoded(std::string key) {
  std::ranges::replace(key, '+', ' ');
  return percent_decoded(key).value_or(key);
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
  if (reply.status == 0) return {refusal_of_network(Service::s3, reply, address), ""};
  const auto words = read_words(reply.body);
  if (!words) return {refusal_of_stranger(Service::s3, reply, address), reply.bucket_region};
  S3Refusal refusal{refusal_of_error(Service::s3, words->code, words->message, reply.status),
                    words->region.empty() ? reply.bucket_region : words->region};
  if (refusal.hint.empty() && (reply.status == 401 || reply.status == 403)) {
    refusal.hint = std::string("the credentials must be allowed ") + name_of(action) +
                   " there; man pinpipe-aws has the policy";
  }
  return refusal;
}

}  // namespace pinpipe::aws
