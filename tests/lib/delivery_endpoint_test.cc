#include "delivery/endpoint.h"

#include <gtest/gtest.h>

#include "http/headers.h"

namespace pinpipe::delivery {
namespace {

Request request(Protocol protocol, const std::string& destination) {
  Request request;
  request.protocol = protocol;
  request.destination = destination;
  return request;
}

EndpointOptions options_for(const std::string& url) {
  EndpointOptions options;
  options.url = url;
  options.kinesis_url = "https://kinesis.eu-west-1.amazonaws.com";
  options.region = "eu-west-1";
  options.credentials = [] {
    return Result<aws::Credentials>(aws::Credentials{"AK", "SK", "TOKEN"});
  };
  options.unix_time = [] { return 0; };
  return options;
}

http::Request http(const EndpointOptions& options, Protocol protocol,
                   const std::string& destination) {
  auto endpoint = Endpoint::create(options);
  EXPECT_TRUE(endpoint.ok());
  auto http = endpoint->http_request(request(protocol, destination), "{}");
  EXPECT_TRUE(http.ok());
  return http.value();
}

TEST(Endpoint, HasAPathForEachShape) {
  const auto url = [](const std::string& base, Protocol protocol) {
    return http(options_for(base), protocol, "a b/é").url;
  };
  EXPECT_EQ(url("http://h:1/", Protocol::kafka_v2), "http://h:1/topics/a%20b%2F%C3%A9");
  EXPECT_EQ(url("http://h/v3/clusters/x", Protocol::kafka_v3),
            "http://h/v3/clusters/x/topics/a%20b%2F%C3%A9/records");
  EXPECT_EQ(url("https://g/prod", Protocol::gateway_record),
            "https://g/prod/streams/a%20b%2F%C3%A9/record");
  EXPECT_EQ(url("https://g/prod", Protocol::gateway_records),
            "https://g/prod/streams/a%20b%2F%C3%A9/records");
  EXPECT_EQ(url("http://h:1", Protocol::put_records), "http://h:1/");
  EXPECT_EQ(url("", Protocol::put_record), "https://kinesis.eu-west-1.amazonaws.com/");
}

/// The names of headers, each with a blank behind it.
std::string names(const std::vector<std::string>& headers) {
  std::string text;
  for (const auto& header : headers) text += std::string(http::header_name(header)) + " ";
  return text;
}

TEST(Endpoint, SignsOnlyForTheKinesisApi) {
  const auto kinesis = http(options_for("http://h"), Protocol::put_records, "s");
  EXPECT_EQ(kinesis.method, "POST");
  EXPECT_EQ(names(kinesis.headers),
            "Content-Type X-Amz-Target Host X-Amz-Date X-Amz-Security-Token Authorization ");
  const auto gateway = http(options_for("http://h"), Protocol::gateway_records, "s");
  EXPECT_EQ(gateway.method, "PUT");
  EXPECT_EQ(names(gateway.headers), "Content-Type Accept ");
}

TEST(Endpoint, DoesNotSignWhatTheUserHasSigned) {
  auto options = options_for("http://h");
  options.headers = {"authorization: mine"};
  options.credentials = [] { return Result<aws::Credentials>(Error{"there are none", ""}); };
  EXPECT_EQ(names(http(options, Protocol::put_record, "s").headers),
            "authorization Content-Type X-Amz-Target ");
}

TEST(Endpoint, HeadersOfTheUserGoFirstAndReplaceOurs) {
  auto options = options_for("http://h");
  options.headers = {"content-TYPE: application/json", "X-Api-Key: k"};
  EXPECT_EQ(http(options, Protocol::kafka_v2, "t").headers,
            (std::vector<std::string>{"content-TYPE: application/json", "X-Api-Key: k",
                                      "Accept: application/vnd.kafka.v2+json"}));
}

TEST(Endpoint, TakesTheShapesThatItsUrlIsFor) {
  const auto takes = [](const std::string& url, Protocol protocol) {
    auto endpoint = Endpoint::create(options_for(url));
    return endpoint->check_route(protocol).ok() && endpoint->takes(protocol).ok();
  };
  EXPECT_TRUE(takes("http://h", Protocol::kafka_v2));
  EXPECT_FALSE(takes("http://h", Protocol::kafka_v3));
  EXPECT_TRUE(takes("http://h/v3/clusters/x", Protocol::kafka_v3));
  EXPECT_FALSE(takes("http://h/v3/clusters/x", Protocol::kafka_v2));
  EXPECT_TRUE(takes("", Protocol::put_records));
  EXPECT_FALSE(takes("", Protocol::kafka_v2));
  EXPECT_FALSE(takes("", Protocol::gateway_record));
}

TEST(Endpoint, RefusesUrlsThatAreNoBase) {
  for (const char* url : {"", "localhost:8082", "ftp://h", "http://", "http:///x", "http://h/?x=1",
                          "http://h/a b", "http://h/#x"})
    EXPECT_FALSE(check_base_url(url).ok()) << url;
  const auto secret = check_base_url("http://me:secret@h/");
  ASSERT_FALSE(secret.ok());
  EXPECT_EQ(secret.error().what.find("secret"), std::string::npos);
  EXPECT_TRUE(check_base_url("http://[::1]:8082/a@b").ok());
}

TEST(Endpoint, OfKinesisMayBeElsewhere) {
  auto options = options_for("");
  options.kinesis_url = "http://127.0.0.1:4567/";
  EXPECT_EQ(http(options, Protocol::put_records, "s").url, "http://127.0.0.1:4567/");
  EXPECT_TRUE(Endpoint::create(options)->check_route(Protocol::put_records).ok());
  EXPECT_FALSE(Endpoint::create(options)->check_route(Protocol::kafka_v2).ok());
  options.kinesis_url = "here";
  EXPECT_FALSE(Endpoint::create(options).ok());
}

TEST(Endpoint, WithoutAUrlNeedsCredentialsAndARegion) {
  auto options = options_for("");
  options.region = "";
  EXPECT_FALSE(Endpoint::create(options)->check_route(Protocol::put_records).ok());
  options = options_for("");
  options.credentials = [] { return Result<aws::Credentials>(Error{"there are none", ""}); };
  EXPECT_FALSE(Endpoint::create(options)->check_route(Protocol::put_records).ok());
}

}  // namespace
}  // namespace pinpipe::delivery
