#include "wire/reply.h"

#include <gtest/gtest.h>

#include "wire/protocol.h"

namespace pinpipe::wire {
namespace {

/// A reply, and the texts that it is of.
struct Reply {
  int status = 0;
  std::string body;
  std::string error_type;
};

Reply reply(int status, std::string body) { return {status, std::move(body), ""}; }

BatchOutcome classify(Protocol protocol, size_t sent, const Reply& reply) {
  return classify_reply(protocol, {reply.status, reply.error_type, reply.body}, sent);
}

std::vector<Outcome> outcomes(const BatchOutcome& batch) {
  std::vector<Outcome> all;
  for (const auto& record : batch.records) all.push_back(record.outcome);
  return all;
}

using Outcomes = std::vector<Outcome>;

TEST(KafkaReply, OfConfluentIsReadRecordByRecord) {
  const auto found =
      classify(Protocol::kafka_v2, 3,
               reply(200,
                     R"({"offsets":[{"partition":2,"offset":100,"error_code":null,"error":null},
                        {"partition":null,"offset":null,"error_code":50003,"error":"busy"},
                        {"partition":null,"offset":null,"error_code":50002,"error":"no"}],"key_schema_id":null})"));
  EXPECT_EQ(outcomes(found), (Outcomes{Outcome::delivered, Outcome::retry, Outcome::refused}));
  EXPECT_EQ(found.records[0].text, R"({"partition":2,"offset":100})");
  EXPECT_EQ(found.records[1].text, "50003: busy");
  EXPECT_EQ(found.records[2].text, "50002: no");
}

TEST(KafkaReply, OfStrimziHasNoNullsAndItsTextInMessage) {
  const auto found = classify(
      Protocol::kafka_v2, 3,
      reply(
          200,
          R"({"offsets":[{"partition":0,"offset":5},{"error_code":404,"message":"no topic"},{"error_code":500,"message":"slow"}]})"));
  EXPECT_EQ(outcomes(found), (Outcomes{Outcome::delivered, Outcome::refused, Outcome::doubtful}));
  EXPECT_EQ(found.records[1].text, "404: no topic");
}

TEST(KafkaReply, OfKarapaceIs422WithOffsets) {
  const auto found = classify(
      Protocol::kafka_v2, 3,
      reply(
          422,
          R"({"offsets":[{"partition":0,"offset":5},{"error_code":1,"error":"x"},{"error_code":2,"error":"y"}]})"));
  EXPECT_EQ(outcomes(found), (Outcomes{Outcome::delivered, Outcome::refused, Outcome::retry}));
}

TEST(KafkaReply, ThatIsNoneSaysNothingAboutAnyRecord) {
  for (const char* body : {"", "<html>", R"({"offsets":[{"partition":0,"offset":5}]})",
                           R"({"offsets":[{"offset":1},{"offset":2},{"offset":3}]})",
                           R"({"offsets":7})", "[]", "{}"}) {
    const auto found = classify(Protocol::kafka_v2, 2, reply(200, body));
    EXPECT_TRUE(found.records.empty()) << body;
    EXPECT_EQ(found.all, Outcome::retry) << body;
    EXPECT_FALSE(found.reason.empty()) << body;
  }
}

TEST(KafkaReply, KnownWordsDecideWhereCodesDoNot) {
  const auto outcome = [](int code, const std::string& words) {
    const auto found = classify(Protocol::kafka_v2, 1,
                                reply(200, "{\"offsets\":[{\"error_code\":" + std::to_string(code) +
                                               ",\"message\":\"" + words + "\"}]}"));
    return found.records.at(0).outcome;
  };
  EXPECT_EQ(outcome(500,
                    "The message is 1048663 bytes when serialized which is larger than 1048576, "
                    "which is the value of the max.request.size configuration."),
            Outcome::refused);
  EXPECT_EQ(outcome(500, "Invalid topics: [a b]"), Outcome::refused);
  EXPECT_EQ(outcome(500, "Not authorized to access topics: [t]"), Outcome::refused);
  EXPECT_EQ(outcome(500, "Expiring 1 record(s) for t-0:120001 ms has passed since batch creation"),
            Outcome::retry);
  EXPECT_EQ(outcome(500, "something new"), Outcome::doubtful);
  EXPECT_EQ(outcome(404, "Topic t not present in metadata after 60000 ms."), Outcome::ask_topic);
  EXPECT_EQ(outcome(50003, "Topic t not present in metadata after 60000 ms."), Outcome::ask_topic);
  EXPECT_EQ(outcome(404,
                    "Partition 9 of topic t with partition count 1 is not present in metadata "
                    "after 60000 ms."),
            Outcome::refused);
  EXPECT_EQ(outcome(1, "timed out waiting to publish message, producer buffer full"),
            Outcome::retry);
  EXPECT_EQ(outcome(1, "Publish message cancelled"), Outcome::retry);
  EXPECT_EQ(outcome(1, "This is an invalid record"), Outcome::refused);
}

TEST(KafkaReply, ListsAreReadInEveryStatus) {
  const char* body = R"({"offsets":[{"partition":0,"offset":1},
                                    {"error_code":40301,"error":"Topic authorization failed."}]})";
  for (const int status : {200, 401, 403, 422}) {
    const auto found = classify(Protocol::kafka_v2, 2, reply(status, body));
    EXPECT_EQ(outcomes(found), (Outcomes{Outcome::delivered, Outcome::refused})) << status;
  }
  const auto found = classify(Protocol::kafka_v2, 1,
                              reply(401, R"({"offsets":[{"error_code":40101,"error":"e"}]})"));
  EXPECT_EQ(outcomes(found), (Outcomes{Outcome::stop}));
  EXPECT_EQ(classify(Protocol::kafka_v2, 1, reply(401, R"({"offsets":[]})")).all, Outcome::stop);
}

TEST(KafkaReply, ShowsWhatValidationFound) {
  const auto found = classify(Protocol::kafka_v2, 1,
                              reply(400, R"({"error_code":400,"message":"Schema validation error",
                     "validation_errors":["a is no key","b"]})"));
  EXPECT_EQ(found.reason, "HTTP 400: 400: Schema validation error: a is no key; b");
}

TEST(KafkaReply, PlacesAreIntegersOrNothing) {
  const auto found = classify(Protocol::kafka_v2, 2,
                              reply(200,
                                    "{\"offsets\":[{\"partition\":[\n1],\"offset\":1},"
                                    "{\"partition\":\"x\",\"offset\":2}]}"));
  EXPECT_EQ(found.records[0].text, R"({"partition":null,"offset":1})");
  EXPECT_EQ(found.records[1].text, R"({"partition":null,"offset":2})");
}

TEST(KafkaReply, AnEntryWithNeitherOffsetNorErrorIsNotDelivered) {
  const auto found =
      classify(Protocol::kafka_v2, 1, reply(200, R"({"offsets":[{"partition":0}]})"));
  EXPECT_EQ(outcomes(found), (Outcomes{Outcome::retry}));
}

TEST(KafkaReply, WholeErrorsGoByTheirCodes) {
  const auto all = [](int status, const char* body) {
    const auto found = classify(Protocol::kafka_v2, 2, reply(status, body));
    EXPECT_TRUE(found.records.empty());
    return found.all;
  };
  EXPECT_EQ(all(404, R"({"error_code":40401,"message":"Topic not found"})"), Outcome::refused);
  EXPECT_EQ(all(500, R"({"error_code":50003,"message":"x"})"), Outcome::retry);
  EXPECT_EQ(all(500, R"({"error_code":50002,"message":"x"})"), Outcome::refused);
  EXPECT_EQ(all(401, R"({"error_code":40101,"message":"x"})"), Outcome::stop);
  EXPECT_EQ(all(403, "Forbidden"), Outcome::stop);
  EXPECT_EQ(all(413, ""), Outcome::too_large);
  EXPECT_EQ(all(422, R"({"error_code":422,"message":"bad"})"), Outcome::refused_whole);
  EXPECT_EQ(all(422, R"({"error_code":42202,"message":"no schema"})"), Outcome::refused);
  EXPECT_EQ(all(403, R"({"error_code":40301,"message":"not this topic"})"), Outcome::refused);
  EXPECT_EQ(all(408, ""), Outcome::ask_topic);
  EXPECT_EQ(all(504, ""), Outcome::ask_topic);
  for (const int status : {425, 429, 500, 502, 503, 522, 524})
    EXPECT_EQ(all(status, ""), Outcome::retry) << status;
}

TEST(KafkaReply, ShowsTheWordsOfTheServerInOneLine) {
  const auto found =
      classify(Protocol::kafka_v2, 1,
               reply(404, "{\"error_code\":40401,\"message\":\"Topic\\nnot  found.\"}"));
  EXPECT_EQ(found.reason, "HTTP 404: 40401: Topic not found.");
}

TEST(KafkaReply, OfV3IsReportsInOrderAndMayStop) {
  const auto found = classify(
      Protocol::kafka_v3, 4,
      reply(200,
            "{\"error_code\":200,\"partition_id\":1,\"offset\":7,\"value\":{\"type\":\"JSON\"}}\r\n"
            "{\"error_code\":429,\"message\":\"a } in a "
            "string\"}{\"error_code\":40002,\"message\":\"m\"}{\"err"));
  EXPECT_EQ(outcomes(found),
            (Outcomes{Outcome::delivered, Outcome::retry, Outcome::refused, Outcome::retry}));
  EXPECT_EQ(found.records[0].text, R"({"partition":1,"offset":7})");
  EXPECT_EQ(found.records[3].text, "the reply has 3 entries for 4 records");
}

TEST(KafkaReply, OfMoreEntriesThanRecordsIsNotListed) {
  std::string many = "{}";
  for (int i = 0; i < 1000; ++i) many += ",{}";
  EXPECT_EQ(classify(Protocol::kafka_v2, 3, reply(200, R"({"offsets":[)" + many + "]}")).reason,
            "the reply has more than 3 entries for 3 records");
  EXPECT_EQ(classify(Protocol::kafka_v3, 3, reply(200, many)).reason,
            "the reply has more than 3 entries for 3 records");
}

TEST(KinesisReply, IsReadRecordByRecordWhateverTheCountSays) {
  const auto found = classify(
      Protocol::put_records, 4,
      reply(
          200,
          R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"49","ShardId":"s-0","ErrorCode":null},
              {"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded"},
              {"ErrorCode":"InternalFailure","ErrorMessage":""},
              {"ErrorCode":"InvalidArgumentException","ErrorMessage":"large"}]})"));
  EXPECT_EQ(outcomes(found),
            (Outcomes{Outcome::delivered, Outcome::retry, Outcome::retry, Outcome::refused}));
  EXPECT_EQ(found.records[0].text, R"({"shard":"s-0","sequence":"49"})");
  EXPECT_EQ(found.records[1].text, "ProvisionedThroughputExceededException: Rate exceeded");
  EXPECT_EQ(found.records[2].text, "InternalFailure");
}

TEST(KinesisReply, OfASingleRecordNeedsASequenceNumber) {
  EXPECT_EQ(outcomes(classify(Protocol::put_record, 1,
                              reply(200, R"({"ShardId":"s","SequenceNumber":"1"})"))),
            (Outcomes{Outcome::delivered}));
  EXPECT_EQ(classify(Protocol::put_record, 1, reply(200, R"({"ShardId":"s"})")).all,
            Outcome::retry);
}

TEST(KinesisReply, AWholeErrorCountsInsideA200OfAGatewayToo) {
  const auto found = classify(
      Protocol::put_records, 2,
      reply(200, R"({"__type":"ResourceNotFoundException","message":"Stream x not found"})"));
  EXPECT_EQ(found.all, Outcome::refused);
  EXPECT_EQ(found.reason, "HTTP 200: ResourceNotFoundException: Stream x not found");
}

TEST(KinesisReply, WholeErrorsGoByTheirType) {
  const auto all = [](int status, const std::string& type, const std::string& message = "m") {
    return classify(Protocol::put_records, 2,
                    reply(status, "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}"))
        .all;
  };
  EXPECT_EQ(all(400, "ProvisionedThroughputExceededException"), Outcome::retry);
  EXPECT_EQ(all(400, "com.amazonaws.kinesis.v20131202#LimitExceededException"), Outcome::retry);
  EXPECT_EQ(all(500, "InternalFailure"), Outcome::retry);
  EXPECT_EQ(all(400, "AccessDeniedException"), Outcome::stop);
  EXPECT_EQ(all(400, "UnrecognizedClientException"), Outcome::stop);
  EXPECT_EQ(all(400, "ExpiredTokenException"), Outcome::stop);
  EXPECT_EQ(all(403, "InvalidSignatureException"), Outcome::stop);
  EXPECT_EQ(all(400, "ValidationException"), Outcome::refused_whole);
  EXPECT_EQ(all(400, "NeverHeardOfException"), Outcome::refused);
  EXPECT_EQ(all(503, "NeverHeardOfException"), Outcome::retry);
  EXPECT_EQ(all(400, "InvalidArgumentException", "Records size exceeds 5 MB limit"),
            Outcome::too_large);
  EXPECT_EQ(all(400, "ValidationException",
                "Value '[]' at 'records' failed to satisfy constraint: Member must have length "
                "less than or equal to 500"),
            Outcome::too_large);
}

TEST(KinesisReply, PlacesAreStringsOnOneLine) {
  const auto found =
      classify(Protocol::put_records, 1,
               reply(200, "{\"Records\":[{\"SequenceNumber\":49,\"ShardId\":{\n\"a\":1}}]}"));
  EXPECT_EQ(found.records[0].text, R"({"shard":null,"sequence":"49"})");
}

TEST(Reply, AWholeRefusalMayNameTheRecord) {
  const auto bad = [](Protocol dialect, const std::string& message) {
    return classify(
               dialect, 8,
               reply(400, "{\"__type\":\"ValidationException\",\"message\":\"" + message + "\"}"))
        .bad_record;
  };
  EXPECT_EQ(bad(Protocol::put_records, "Value '' at 'records.6.member.partitionKey' failed"), 5u);
  EXPECT_EQ(bad(Protocol::put_records, "Value '' at 'records.9.member.data' failed"), std::nullopt);
  EXPECT_EQ(bad(Protocol::put_records, "Value '' at 'records.0.member.data' failed"), std::nullopt);
  EXPECT_EQ(bad(Protocol::kafka_v2, "[\\\"records\\\"]->java.util.ArrayList[2]->x"), 2u);
  EXPECT_EQ(bad(Protocol::kafka_v2, "no"), std::nullopt);
}

TEST(KinesisReply, TheTypeMayBeInAHeader) {
  auto refused = reply(400, R"({"message":"m"})");
  refused.error_type = "ThrottlingException:http://internal.amazon.com/";
  EXPECT_EQ(classify(Protocol::put_records, 1, refused).all, Outcome::retry);
}

}  // namespace
}  // namespace pinpipe::wire
