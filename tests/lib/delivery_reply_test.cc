#include "delivery/reply.h"

#include <gtest/gtest.h>

namespace pinpipe::delivery {
namespace {

http::Reply reply(int status, std::string body) {
  http::Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

std::vector<Fate> fates(const Judgement& judgement) {
  std::vector<Fate> all;
  for (const auto& record : judgement.records) all.push_back(record.fate);
  return all;
}

using Fates = std::vector<Fate>;

TEST(KafkaReply, OfConfluentIsReadRecordByRecord) {
  const auto judged =
      judge(Dialect::kafka_v2, 3,
            reply(200,
                  R"({"offsets":[{"partition":2,"offset":100,"error_code":null,"error":null},
                        {"partition":null,"offset":null,"error_code":50003,"error":"busy"},
                        {"partition":null,"offset":null,"error_code":50002,"error":"no"}],"key_schema_id":null})"));
  EXPECT_EQ(fates(judged), (Fates{Fate::delivered, Fate::retry, Fate::refused}));
  EXPECT_EQ(judged.records[0].text, R"({"partition":2,"offset":100})");
  EXPECT_EQ(judged.records[1].text, "50003: busy");
  EXPECT_EQ(judged.records[2].text, "50002: no");
}

TEST(KafkaReply, OfStrimziHasNoNullsAndItsTextInMessage) {
  const auto judged = judge(
      Dialect::kafka_v2, 3,
      reply(
          200,
          R"({"offsets":[{"partition":0,"offset":5},{"error_code":404,"message":"no topic"},{"error_code":500,"message":"slow"}]})"));
  EXPECT_EQ(fates(judged), (Fates{Fate::delivered, Fate::refused, Fate::doubtful}));
  EXPECT_EQ(judged.records[1].text, "404: no topic");
}

TEST(KafkaReply, OfKarapaceIs422WithOffsets) {
  const auto judged = judge(
      Dialect::kafka_v2, 3,
      reply(
          422,
          R"({"offsets":[{"partition":0,"offset":5},{"error_code":1,"error":"x"},{"error_code":2,"error":"y"}]})"));
  EXPECT_EQ(fates(judged), (Fates{Fate::delivered, Fate::refused, Fate::retry}));
}

TEST(KafkaReply, ThatIsNoneSaysNothingAboutAnyRecord) {
  for (const char* body : {"", "<html>", R"({"offsets":[{"partition":0,"offset":5}]})",
                           R"({"offsets":[{"offset":1},{"offset":2},{"offset":3}]})",
                           R"({"offsets":7})", "[]", "{}"}) {
    const auto judged = judge(Dialect::kafka_v2, 2, reply(200, body));
    EXPECT_TRUE(judged.records.empty()) << body;
    EXPECT_EQ(judged.all, Fate::retry) << body;
    EXPECT_FALSE(judged.reason.empty()) << body;
  }
}

TEST(KafkaReply, KnownWordsDecideWhereCodesDoNot) {
  const auto fate = [](int code, const std::string& words) {
    const auto judged = judge(Dialect::kafka_v2, 1,
                              reply(200, "{\"offsets\":[{\"error_code\":" + std::to_string(code) +
                                             ",\"message\":\"" + words + "\"}]}"));
    return judged.records.at(0).fate;
  };
  EXPECT_EQ(fate(500,
                 "The message is 1048663 bytes when serialized which is larger than 1048576, "
                 "which is the value of the max.request.size configuration."),
            Fate::refused);
  EXPECT_EQ(fate(500, "Invalid topics: [a b]"), Fate::refused);
  EXPECT_EQ(fate(500, "Not authorized to access topics: [t]"), Fate::refused);
  EXPECT_EQ(fate(500, "Expiring 1 record(s) for t-0:120001 ms has passed since batch creation"),
            Fate::retry);
  EXPECT_EQ(fate(500, "something new"), Fate::doubtful);
  EXPECT_EQ(fate(404, "Topic t not present in metadata after 60000 ms."), Fate::ask_topic);
  EXPECT_EQ(fate(50003, "Topic t not present in metadata after 60000 ms."), Fate::ask_topic);
  EXPECT_EQ(fate(404,
                 "Partition 9 of topic t with partition count 1 is not present in metadata "
                 "after 60000 ms."),
            Fate::refused);
  EXPECT_EQ(fate(1, "timed out waiting to publish message, producer buffer full"), Fate::retry);
  EXPECT_EQ(fate(1, "Publish message cancelled"), Fate::retry);
  EXPECT_EQ(fate(1, "This is an invalid record"), Fate::refused);
}

TEST(KafkaReply, ListsAreReadInEveryStatus) {
  const char* body = R"({"offsets":[{"partition":0,"offset":1},
                                    {"error_code":40301,"error":"Topic authorization failed."}]})";
  for (const int status : {200, 401, 403, 422}) {
    const auto judged = judge(Dialect::kafka_v2, 2, reply(status, body));
    EXPECT_EQ(fates(judged), (Fates{Fate::delivered, Fate::refused})) << status;
  }
  const auto judged =
      judge(Dialect::kafka_v2, 1, reply(401, R"({"offsets":[{"error_code":40101,"error":"e"}]})"));
  EXPECT_EQ(fates(judged), (Fates{Fate::stop}));
  EXPECT_EQ(judged.hint.find("AWS"), std::string::npos);
  EXPECT_EQ(judge(Dialect::kafka_v2, 1, reply(401, R"({"offsets":[]})")).all, Fate::stop);
}

TEST(KafkaReply, ShowsWhatValidationFound) {
  const auto judged = judge(Dialect::kafka_v2, 1,
                            reply(400, R"({"error_code":400,"message":"Schema validation error",
                     "validation_errors":["a is no key","b"]})"));
  EXPECT_EQ(judged.reason, "HTTP 400: 400: Schema validation error: a is no key; b");
}

TEST(KafkaReply, PlacesAreIntegersOrNothing) {
  const auto judged = judge(Dialect::kafka_v2, 2,
                            reply(200,
                                  "{\"offsets\":[{\"partition\":[\n1],\"offset\":1},"
                                  "{\"partition\":\"x\",\"offset\":2}]}"));
  EXPECT_EQ(judged.records[0].text, R"({"partition":null,"offset":1})");
  EXPECT_EQ(judged.records[1].text, R"({"partition":null,"offset":2})");
}

TEST(KafkaReply, AnEntryWithNeitherOffsetNorErrorIsNotDelivered) {
  const auto judged = judge(Dialect::kafka_v2, 1, reply(200, R"({"offsets":[{"partition":0}]})"));
  EXPECT_EQ(fates(judged), (Fates{Fate::retry}));
}

TEST(KafkaReply, WholeErrorsGoByTheirCodes) {
  const auto all = [](int status, const char* body) {
    const auto judged = judge(Dialect::kafka_v2, 2, reply(status, body));
    EXPECT_TRUE(judged.records.empty());
    return judged.all;
  };
  EXPECT_EQ(all(404, R"({"error_code":40401,"message":"Topic not found"})"), Fate::refused);
  EXPECT_EQ(all(500, R"({"error_code":50003,"message":"x"})"), Fate::retry);
  EXPECT_EQ(all(500, R"({"error_code":50002,"message":"x"})"), Fate::refused);
  EXPECT_EQ(all(401, R"({"error_code":40101,"message":"x"})"), Fate::stop);
  EXPECT_EQ(all(403, "Forbidden"), Fate::stop);
  EXPECT_EQ(all(413, ""), Fate::too_large);
  EXPECT_EQ(all(422, R"({"error_code":422,"message":"bad"})"), Fate::refused_whole);
  EXPECT_EQ(all(422, R"({"error_code":42202,"message":"no schema"})"), Fate::refused);
  EXPECT_EQ(all(403, R"({"error_code":40301,"message":"not this topic"})"), Fate::refused);
  EXPECT_EQ(all(408, ""), Fate::ask_topic);
  EXPECT_EQ(all(504, ""), Fate::ask_topic);
  for (const int status : {425, 429, 500, 502, 503, 522, 524})
    EXPECT_EQ(all(status, ""), Fate::retry) << status;
}

TEST(KafkaReply, ShowsTheWordsOfTheServerInOneLine) {
  const auto judged =
      judge(Dialect::kafka_v2, 1,
            reply(404, "{\"error_code\":40401,\"message\":\"Topic\\nnot  found.\"}"));
  EXPECT_EQ(judged.reason, "HTTP 404: 40401: Topic not found.");
}

TEST(KafkaReply, OfV3IsReportsInOrderAndMayStop) {
  const auto judged = judge(
      Dialect::kafka_v3, 4,
      reply(200,
            "{\"error_code\":200,\"partition_id\":1,\"offset\":7,\"value\":{\"type\":\"JSON\"}}\r\n"
            "{\"error_code\":429,\"message\":\"a } in a "
            "string\"}{\"error_code\":40002,\"message\":\"m\"}{\"err"));
  EXPECT_EQ(fates(judged), (Fates{Fate::delivered, Fate::retry, Fate::refused, Fate::retry}));
  EXPECT_EQ(judged.records[0].text, R"({"partition":1,"offset":7})");
  EXPECT_EQ(judged.records[3].text, "the reply has 3 entries for 4 records");
}

TEST(KafkaReply, OfMoreEntriesThanRecordsIsNotListed) {
  std::string many = "{}";
  for (int i = 0; i < 1000; ++i) many += ",{}";
  EXPECT_EQ(judge(Dialect::kafka_v2, 3, reply(200, R"({"offsets":[)" + many + "]}")).reason,
            "the reply has more than 3 entries for 3 records");
  EXPECT_EQ(judge(Dialect::kafka_v3, 3, reply(200, many)).reason,
            "the reply has more than 3 entries for 3 records");
}

TEST(KinesisReply, IsReadRecordByRecordWhateverTheCountSays) {
  const auto judged = judge(
      Dialect::kinesis_batch, 4,
      reply(
          200,
          R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"49","ShardId":"s-0","ErrorCode":null},
              {"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded"},
              {"ErrorCode":"InternalFailure","ErrorMessage":""},
              {"ErrorCode":"InvalidArgumentException","ErrorMessage":"large"}]})"));
  EXPECT_EQ(fates(judged), (Fates{Fate::delivered, Fate::retry, Fate::retry, Fate::refused}));
  EXPECT_EQ(judged.records[0].text, R"({"shard":"s-0","sequence":"49"})");
  EXPECT_EQ(judged.records[1].text, "ProvisionedThroughputExceededException: Rate exceeded");
  EXPECT_EQ(judged.records[2].text, "InternalFailure");
}

TEST(KinesisReply, OfASingleRecordNeedsASequenceNumber) {
  EXPECT_EQ(fates(judge(Dialect::kinesis_single, 1,
                        reply(200, R"({"ShardId":"s","SequenceNumber":"1"})"))),
            (Fates{Fate::delivered}));
  EXPECT_EQ(judge(Dialect::kinesis_single, 1, reply(200, R"({"ShardId":"s"})")).all, Fate::retry);
}

TEST(KinesisReply, AWholeErrorCountsInsideA200OfAGatewayToo) {
  const auto judged =
      judge(Dialect::kinesis_batch, 2,
            reply(200, R"({"__type":"ResourceNotFoundException","message":"Stream x not found"})"));
  EXPECT_EQ(judged.all, Fate::refused);
  EXPECT_EQ(judged.reason, "HTTP 200: ResourceNotFoundException: Stream x not found");
}

TEST(KinesisReply, WholeErrorsGoByTheirType) {
  const auto all = [](int status, const std::string& type, const std::string& message = "m") {
    return judge(Dialect::kinesis_batch, 2,
                 reply(status, "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}"))
        .all;
  };
  EXPECT_EQ(all(400, "ProvisionedThroughputExceededException"), Fate::retry);
  EXPECT_EQ(all(400, "com.amazonaws.kinesis.v20131202#LimitExceededException"), Fate::retry);
  EXPECT_EQ(all(500, "InternalFailure"), Fate::retry);
  EXPECT_EQ(all(400, "AccessDeniedException"), Fate::stop);
  EXPECT_EQ(all(400, "UnrecognizedClientException"), Fate::stop);
  EXPECT_EQ(all(400, "ExpiredTokenException"), Fate::stop);
  EXPECT_EQ(all(403, "InvalidSignatureException"), Fate::stop);
  EXPECT_EQ(all(400, "ValidationException"), Fate::refused_whole);
  EXPECT_EQ(all(400, "NeverHeardOfException"), Fate::refused);
  EXPECT_EQ(all(503, "NeverHeardOfException"), Fate::retry);
  EXPECT_EQ(all(400, "InvalidArgumentException", "Records size exceeds 5 MB limit"),
            Fate::too_large);
  EXPECT_EQ(all(400, "ValidationException",
                "Value '[]' at 'records' failed to satisfy constraint: Member must have length "
                "less than or equal to 500"),
            Fate::too_large);
}

TEST(KinesisReply, PlacesAreStringsOnOneLine) {
  const auto judged =
      judge(Dialect::kinesis_batch, 1,
            reply(200, "{\"Records\":[{\"SequenceNumber\":49,\"ShardId\":{\n\"a\":1}}]}"));
  EXPECT_EQ(judged.records[0].text, R"({"shard":null,"sequence":"49"})");
}

TEST(Reply, AWholeRefusalMayNameTheRecord) {
  const auto bad = [](Dialect dialect, const std::string& message) {
    return judge(dialect, 8,
                 reply(400, "{\"__type\":\"ValidationException\",\"message\":\"" + message + "\"}"))
        .bad_record;
  };
  EXPECT_EQ(bad(Dialect::kinesis_batch, "Value '' at 'records.6.member.partitionKey' failed"), 5u);
  EXPECT_EQ(bad(Dialect::kinesis_batch, "Value '' at 'records.9.member.data' failed"),
            std::nullopt);
  EXPECT_EQ(bad(Dialect::kinesis_batch, "Value '' at 'records.0.member.data' failed"),
            std::nullopt);
  EXPECT_EQ(bad(Dialect::kafka_v2, "[\\\"records\\\"]->java.util.ArrayList[2]->x"), 2u);
  EXPECT_EQ(bad(Dialect::kafka_v2, "no"), std::nullopt);
}

TEST(KinesisReply, TheTypeMayBeInAHeader) {
  auto refused = reply(400, R"({"message":"m"})");
  refused.error_type = "ThrottlingException:http://internal.amazon.com/";
  EXPECT_EQ(judge(Dialect::kinesis_batch, 1, refused).all, Fate::retry);
}

TEST(Reply, RedirectsAreNotFollowed) {
  auto moved = reply(302, "");
  moved.location = "https://elsewhere/";
  const auto judged = judge(Dialect::kafka_v2, 1, moved);
  EXPECT_EQ(judged.all, Fate::stop);
  EXPECT_EQ(judged.reason, "HTTP 302: redirect to 'https://elsewhere/', which is not followed");
  EXPECT_FALSE(judged.hint.empty());
}

TEST(Reply, WithoutOneIsTriedAgainUnlessItFailedForGood) {
  http::Reply none;
  none.failure = "Connection refused";
  EXPECT_EQ(judge(Dialect::kafka_v2, 1, none).all, Fate::retry);
  EXPECT_EQ(judge(Dialect::kafka_v2, 1, none).reason, "Connection refused");
  none.failed_for_good = true;
  EXPECT_EQ(judge(Dialect::kafka_v2, 1, none).all, Fate::stop);
}

}  // namespace
}  // namespace pinpipe::delivery
