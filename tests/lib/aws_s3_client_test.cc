#include "aws/s3_client.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fake_transport.h"

namespace pinpipe::aws {
namespace {

using http::FakeTransport;
using http::header_of;
using http::Reply;
using http::reply_of;
using http::Request;

constexpr const char* kWhole = "<ListBucketResult></ListBucketResult>";

Reply error_of(int status, const std::string& code, const std::string& more = "") {
  return reply_of(status,
                  "<Error><Code>" + code + "</Code><Message>Words.</Message>" + more + "</Error>");
}

class S3 : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/s3.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    options_.bucket = "posts";
    options_.endpoint = "http://h:1";
    options_.region = "eu-west-1";
    options_.credentials = [] { return Result<Credentials>(Credentials{"AK", "SK", ""}); };
    options_.now = [this] { return transport_->now; };
    options_.unix_time = [] { return std::time_t(1'795'600'000); };
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  S3Client client(FakeTransport::Server server) {
    transport_ = std::make_unique<FakeTransport>(std::move(server));
    return S3Client(options_, *transport_);
  }
  /// What is listed below `prefix`, a line each; or the error.
  std::string list(FakeTransport::Server server, const std::string& prefix = "") {
    std::string keys;
    auto status = client(std::move(server)).list(prefix, [&](std::string_view key) {
      keys += std::string(key) + "\n";
    });
    error_ = status.ok() ? Error{"", ""} : status.error();
    return keys;
  }
  /// An upload of `text` to `key`.
  /// Those of a folder are a chain.
  S3Upload upload(const std::string& key, const std::string& text) {
    const auto file = folder_ / std::to_string(files_++);
    std::ofstream(file) << text;
    return {key, file, key.substr(0, key.rfind('/') + 1)};
  }
  /// Puts, and says how many were there, each time: "1 3".
  std::string put(FakeTransport::Server server, const std::vector<S3Upload>& uploads) {
    std::string counts;
    auto status = client(std::move(server)).put(uploads, [&](size_t count) {
      counts += (counts.empty() ? "" : " ") + std::to_string(count);
      return Status();
    });
    error_ = status.ok() ? Error{"", ""} : status.error();
    return counts;
  }

  std::filesystem::path folder_;
  int files_ = 0;
  S3Options options_;
  std::unique_ptr<FakeTransport> transport_;
  Error error_;
};

// ---- addresses ----------------------------------------------------------------------------------

TEST_F(S3, ABucketIsInThePathOfAnEndpointAndInTheHostAtAmazon) {
  const auto url = [&] {
    list([](auto&) { return reply_of(200, kWhole); }, "a b+ü/");
    return transport_->sent.at(0).url;
  };
  const std::string query = "encoding-type=url&list-type=2&prefix=a%20b%2B%C3%BC%2F";
  EXPECT_EQ(url(), "http://h:1/posts?" + query);
  options_.endpoint = "";
  EXPECT_EQ(url(), "https://posts.s3.eu-west-1.amazonaws.com/?" + query);
  options_.bucket = "my.posts";  // no certificate has its host
  EXPECT_EQ(url(), "https://s3.eu-west-1.amazonaws.com/my.posts?" + query);
}

TEST_F(S3, KeysAreSentEncodedAndSigned) {
  EXPECT_EQ(put([](auto&) { return reply_of(200); }, {upload("a =+%/ü.json", "{}\n")}), "1");
  const auto& request = transport_->sent.at(0);
  EXPECT_EQ(request.url, "http://h:1/posts/a%20%3D%2B%25/%C3%BC.json");
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(transport_->bodies.at(0), "{}\n");
  EXPECT_EQ(header_of(request, "X-Amz-Content-Sha256"),
            "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356");
  EXPECT_TRUE(header_of(request, "Authorization").starts_with("AWS4-HMAC-SHA256 Credential=AK/"));
}

TEST_F(S3, OptionsAreThoseOfTheEnvironment) {
  const auto options = [](std::map<std::string, std::string> variables) {
    return s3_options("b", [=](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
  };
  EXPECT_EQ(options({}).value().region, "us-east-1");
  EXPECT_EQ(options({}).value().endpoint, "");
  EXPECT_EQ(options({{"AWS_ENDPOINT_URL", "http://a/"}}).value().endpoint, "http://a");
  EXPECT_EQ(options({{"AWS_MAX_ATTEMPTS", "1"}}).value().retry.retries, 0u);
  EXPECT_FALSE(options({{"AWS_MAX_ATTEMPTS", "0"}}).ok());
  EXPECT_FALSE(options({{"AWS_MAX_ATTEMPTS", "many"}}).ok());
  EXPECT_FALSE(options({{"AWS_ENDPOINT_URL_S3", "localhost:9000"}}).ok());
}

// ---- listings -----------------------------------------------------------------------------------

TEST_F(S3, ListsPageByPage) {
  const auto keys = list([](const Request& request) {
    const bool second = request.url.find("continuation-token=t%2F%3D") != std::string::npos;
    return reply_of(200, second ? "<ListBucketResult><Contents><Key>c</Key></Contents>"
                                  "</ListBucketResult>"
                                : "<ListBucketResult><EncodingType>url</EncodingType>"
                                  "<Contents><Key>a+%2B%C3%BC</Key></Contents>"
                                  "<Contents><Key>b</Key></Contents>"
                                  "<NextContinuationToken>t/=</NextContinuationToken>"
                                  "</ListBucketResult>");
  });
  EXPECT_EQ(keys, "a +ü\nb\nc\n");
  EXPECT_EQ(transport_->sent.size(), 2u);
}

TEST_F(S3, PagesWithoutEndAreAnError) {
  list([](auto&) {
    return reply_of(200,
                    "<ListBucketResult><NextContinuationToken>t</NextContinuationToken>"
                    "</ListBucketResult>");
  });
  EXPECT_EQ(error_.what, "cannot list 's3://posts/': its pages do not end");
}

// ---- objects ------------------------------------------------------------------------------------

TEST_F(S3, GetsALargeObjectInRanges) {
  const std::string object(8 * 1024 * 1024 + 5, 'x');
  std::string got;
  std::string ranges;
  auto status = client([&](const Request& request) {
                  const auto range = header_of(request, "Range");
                  ranges += range + "\n";
                  const size_t begin = std::stoul(range.substr(6));
                  return reply_of(206, object.substr(begin, 8 * 1024 * 1024));
                }).get("k", [&](std::string_view bytes) {
    got += bytes;
    return Status();
  });
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(got, object);
  EXPECT_EQ(ranges, "bytes=0-8388607\nbytes=8388608-16777215\n");
}

TEST_F(S3, AnEmptyObjectHasNoRange) {
  const auto none = [](std::string_view) { return Status(Error{"bytes", ""}); };
  EXPECT_TRUE(client([](auto&) { return error_of(416, "InvalidRange"); }).get("k", none).ok());
}

TEST_F(S3, PutsFoldersAtOnceAndEachInOrder) {
  std::vector<S3Upload> uploads;
  for (const char* key : {"a/1", "a/2", "b/1", "a/3", "b/2", "c/1"})
    uploads.push_back(upload(key, key));
  std::map<std::string, std::string> last;  // of each folder
  const auto counts = put(
      [&](const Request& request) {
        const auto key = request.url.substr(request.url.size() - 3);
        EXPECT_LT(last[key.substr(0, 1)], key);
        last[key.substr(0, 1)] = key;
        return reply_of(200);
      },
      uploads);
  EXPECT_EQ(transport_->most_at_once, 3u);
  EXPECT_EQ(counts, "1 3 6");
}

TEST_F(S3, NeverPutsWhatIsBehindAFailure) {
  const auto counts = put(
      [&](const Request& request) {
        return request.url.ends_with("a/2") ? error_of(403, "AccessDenied") : reply_of(200);
      },
      {upload("a/1", ""), upload("a/2", ""), upload("a/3", "")});
  EXPECT_EQ(counts, "1");
  EXPECT_EQ(transport_->sent.size(), 2u);
  EXPECT_EQ(error_.what, "cannot write 's3://posts/a/2': AccessDenied: Words.");
}

// ---- retries and redirects ----------------------------------------------------------------------

TEST_F(S3, TriesAgainWhatMayPass) {
  std::vector<Reply> replies{error_of(503, "SlowDown"), error_of(400, "RequestTimeout"),
                             reply_of(500), reply_of(0), reply_of(200)};
  size_t at = 0;
  EXPECT_EQ(put([&](auto&) { return replies.at(at++); }, {upload("k", "body")}), "1");
  EXPECT_EQ(transport_->bodies, std::vector<std::string>(5, "body"));
}

TEST_F(S3, GivesUpAfterSomeTries) {
  options_.retry.retries = 4;
  list([](auto&) { return error_of(503, "SlowDown"); });
  EXPECT_EQ(transport_->sent.size(), 5u);
  EXPECT_EQ(error_.what, "cannot list 's3://posts/': SlowDown: Words.");
}

TEST_F(S3, AnAddressThatNeverAnsweredIsGivenUpSooner) {
  list([](auto&) {
    Reply reply;
    reply.failure = "Connection refused";
    return reply;
  });
  EXPECT_EQ(transport_->sent.size(), 4u);
  EXPECT_EQ(error_.what,
            "cannot list 's3://posts/': no answer from http://h:1: Connection refused");
  EXPECT_NE(error_.hint.find("AWS_ENDPOINT_URL"), std::string::npos);
}

TEST_F(S3, FollowsABucketToItsRegionOnce) {
  options_.endpoint = "";
  const auto server = [](const Request& request) {
    if (request.url.find(".eu-central-1.") != std::string::npos) return reply_of(200, kWhole);
    auto reply = error_of(301, "PermanentRedirect");
    reply.bucket_region = "eu-central-1";
    return reply;
  };
  list(server);
  EXPECT_EQ(error_.what, "");
  EXPECT_EQ(transport_->sent.size(), 2u);
  EXPECT_NE(header_of(transport_->sent.at(1), "Authorization").find("/eu-central-1/s3/"),
            std::string::npos);
  list([](const Request& request) {
    const bool first = request.url.find(".eu-west-1.") != std::string::npos;
    return error_of(400, "AuthorizationHeaderMalformed",
                    first ? "<Region>a</Region>" : "<Region>b</Region>");
  });
  EXPECT_EQ(transport_->sent.size(), 2u);
  EXPECT_EQ(error_.what, "cannot list 's3://posts/': AuthorizationHeaderMalformed: Words.");
}

// ---- hints --------------------------------------------------------------------------------------

TEST_F(S3, SaysWhatToDoAboutEachCause) {
  struct Row {
    Reply reply;
    const char* hint;
  };
  const Row rows[] = {
      {error_of(404, "NoSuchBucket"), "make the bucket first"},
      {error_of(403, "InvalidAccessKeyId"), "does not know the key"},
      {error_of(403, "SignatureDoesNotMatch"), "AWS_SECRET_ACCESS_KEY"},
      {error_of(400, "ExpiredToken"), "get new credentials"},
      {error_of(400, "InvalidToken"), "AWS_SESSION_TOKEN"},
      {error_of(403, "RequestTimeTooSkewed"), "timedatectl"},
      {error_of(403, "AccessDenied"), "s3:ListBucket"},
      {error_of(301, "PermanentRedirect"), "AWS_REGION"},
      {reply_of(404, "<!DOCTYPE html><html></html>"), "AWS_ENDPOINT_URL"},
      {reply_of(200, "{\"ok\":true}"), "AWS_ENDPOINT_URL"},
      {reply_of(403), "AWS_ENDPOINT_URL"},
  };
  for (const auto& row : rows) {
    list([&](auto&) { return row.reply; });
    EXPECT_NE(error_.hint.find(row.hint), std::string::npos) << error_.what << ": " << error_.hint;
    EXPECT_EQ(transport_->sent.size(), 1u) << error_.what;
  }
}

TEST_F(S3, NamesWhatDoesNotAnswerAsS3) {
  list([](auto&) { return reply_of(200, "{\"ok\":true}"); });
  EXPECT_EQ(error_.what,
            "cannot list 's3://posts/': http://h:1 does not answer as S3 does: HTTP 200: "
            "{\"ok\":true}");
}

TEST_F(S3, WithoutCredentialsSendsNothing) {
  options_.credentials = [] { return Result<Credentials>(Error{"there are none", "h"}); };
  list([](auto&) { return reply_of(200, kWhole); });
  EXPECT_EQ(error_.what, "there are none");
  EXPECT_TRUE(transport_->sent.empty());
}

}  // namespace
}  // namespace pinpipe::aws
