#include "delivery/request.h"

#include <gtest/gtest.h>

#include "delivery/dead_letters.h"
#include "wire/encode_worker.h"
#include "wire/kafka_rest.h"
#include "wire/kinesis.h"

namespace pinpipe::delivery {
namespace {

std::string fault_of(const std::string& line) {
  RequestParser parser;
  Request request;
  const auto status = parser.parse(line, request);
  return status.ok() ? "" : status.error().what;
}

Request parsed(const std::string& line) {
  RequestParser parser;
  Request request;
  const auto status = parser.parse(line, request);
  EXPECT_TRUE(status.ok()) << line << ": " << status.error().what;
  return request;
}

std::vector<std::string_view> texts(const Request& request) {
  std::vector<std::string_view> all;
  for (const auto& record : request.records) all.push_back(request.text(record));
  return all;
}

TEST(Request, FindsTheShapeOfEachKindOfPayload) {
  EXPECT_EQ(parsed(R"({"topic":"t","payload":{"records":[{"value":1}]}})").protocol,
            Protocol::kafka_v2);
  EXPECT_EQ(parsed(R"({"topic":"t","payload":{"value":{"type":"JSON","data":1}}})").protocol,
            Protocol::kafka_v3);
  EXPECT_EQ(
      parsed(
          R"({"stream":"s","payload":{"StreamName":"s","Records":[{"Data":"e30=","PartitionKey":"1"}]}})")
          .protocol,
      Protocol::put_records);
  EXPECT_EQ(
      parsed(R"({"stream":"s","payload":{"StreamName":"s","Data":"e30=","PartitionKey":"1"}})")
          .protocol,
      Protocol::put_record);
  EXPECT_EQ(parsed(R"({"stream":"s","payload":{"records":[{"data":"{}","partition-key":"1"}]}})")
                .protocol,
            Protocol::gateway_records);
  EXPECT_EQ(parsed(R"({"stream":"s","payload":{"StreamName":"s","Data":{},"PartitionKey":"1"}})")
                .protocol,
            Protocol::gateway_record);
}

const std::string kRecord = R"({"ind":7,"country":"Cote d'Ivoire \"é\""})";

/// The request that a tool writes for kRecord alone, with a key or without.
std::string written_by(const ProtocolRow& row, bool with_key) {
  wire::RequestFormat format;
  if (row.service == Service::kafka) {
    wire::KafkaOptions options;
    options.protocol = row.protocol;
    options.topics.names = {"d"};
    options.max_records = 1;
    if (with_key) options.key_field = "country";
    format = kafka_format(options);
  } else {
    wire::KinesisOptions options;
    options.protocol = row.protocol;
    options.streams.names = {"d"};
    options.max_records = 1;
    if (with_key) options.key_field = "country";
    format = kinesis_format(options);
  }
  wire::EncodeWorker worker(format, std::nullopt);
  wire::Entries to;
  const auto status = worker.line(kRecord, to);
  EXPECT_TRUE(status.ok()) << row.name;
  auto line = to.bytes[0].view();
  EXPECT_TRUE(line.ends_with('\n')) << row.name;
  line.remove_suffix(1);
  return std::string(line);
}

std::string read_back(Service service, const std::string& line) {
  wire::RecordLines lines;
  const auto status = service == Service::kafka ? wire::KafkaUnwrapper().line(line, lines)
                                                : wire::KinesisDecoder().line(line, lines);
  return status.ok() ? std::string(lines.text.view()) : status.error().what;
}

TEST(Request, IsKnownAndReadBackAsEachProtocolWritesIt) {
  for (const auto service : {Service::kafka, Service::kinesis}) {
    for (const auto& [name, protocol] : protocols_of(service)) {
      for (const bool with_key : {false, true}) {
        const auto line = written_by(row_of(protocol), with_key);
        EXPECT_EQ(read_back(service, line), kRecord + "\n") << name;
        if (!row_of(protocol).has_payload) continue;  // of what is not sent as it is
        const auto request = parsed(line);
        EXPECT_EQ(request.protocol, protocol) << name;
        EXPECT_EQ(request.destination, "d") << name;
        EXPECT_EQ(request.records.size(), 1u) << name;
        EXPECT_EQ(body_of(request, texts(request)), request.text(request.payload)) << name;
      }
    }
  }
}

TEST(Request, KeepsTheBytesOfRecordsAndOfTheWholeBody) {
  const auto request = parsed(
      R"( {"topic":"a\u002eb", "payload": {"records": [ {"value":1.0} ,{"value":{"x":"é"}}]} } )");
  EXPECT_EQ(request.destination, "a.b");
  EXPECT_EQ(request.text(request.payload), R"({"records": [ {"value":1.0} ,{"value":{"x":"é"}}]})");
  EXPECT_EQ(texts(request),
            (std::vector<std::string_view>{R"({"value":1.0})", R"({"value":{"x":"é"}})"}));
}

TEST(Request, RebuildsABodyFromSomeOfItsRecords) {
  const auto kafka =
      parsed(R"({"topic":"t","payload":{"records":[{"value":1},{"value":2},{"value":3}]}})");
  EXPECT_EQ(body_of(kafka, {texts(kafka)[0], texts(kafka)[2]}),
            R"({"records":[{"value":1},{"value":3}]})");
  const auto kinesis = parsed(
      R"({"stream":"s","payload":{"Records":[{"Data":"","PartitionKey":"1"}],"StreamName":"s","StreamARN":"arn:aws:kinesis:eu-west-1:1:stream/s"}})");
  EXPECT_EQ(
      body_of(kinesis, texts(kinesis)),
      R"({"StreamName":"s","StreamARN":"arn:aws:kinesis:eu-west-1:1:stream/s","Records":[{"Data":"","PartitionKey":"1"}]})");
  const auto v3 = parsed(R"({"topic":"t","payload":{"value":{"type":"JSON","data":1}}})");
  EXPECT_EQ(
      body_of(v3, {texts(v3)[0], texts(v3)[0]}),
      "{\"value\":{\"type\":\"JSON\",\"data\":1}}\n{\"value\":{\"type\":\"JSON\",\"data\":1}}");
}

TEST(Request, ADeadLetterIsARequestAgain) {
  const auto request = parsed(R"({"topic":"t","payload":{"records":[{"value":1},{"value":2}]}})");
  const auto letters = dead_letters(request, {texts(request)[1]}, "a \"reason\"", 503);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0],
            "{\"topic\":\"t\",\"payload\":{\"records\":[{\"value\":2}]},\"reason\":\"a "
            "\\\"reason\\\"\",\"status\":503}\n");
  EXPECT_EQ(texts(parsed(letters[0])), (std::vector<std::string_view>{R"({"value":2})"}));
}

TEST(Request, ADeadLetterWithoutAListHoldsOneRecord) {
  const auto request =
      parsed(R"({"stream":"s","payload":{"StreamName":"s","Data":"e30=","PartitionKey":"1"}})");
  const auto letters = dead_letters(request, {texts(request)[0], texts(request)[0]}, "r", 0);
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[0],
            "{\"stream\":\"s\",\"payload\":{\"StreamName\":\"s\",\"Data\":\"e30=\","
            "\"PartitionKey\":\"1\"},"
            "\"reason\":\"r\",\"status\":null}\n");
}

TEST(Request, RefusesWhatIsNoRequest) {
  EXPECT_EQ(fault_of(R"({"ind":1})"), "no request: there is no 'topic' and no 'stream'");
  EXPECT_EQ(fault_of(R"({"topic":"t"})"), "no request: there is no 'payload'");
  EXPECT_EQ(fault_of(R"({"topic":"t","stream":"s","payload":{}})"), "both a topic and a stream");
  EXPECT_EQ(fault_of(R"({"topic":"","payload":{"records":[]}})"), "topic is empty");
  EXPECT_EQ(fault_of(R"({"topic":"..","payload":{"records":[]}})"),
            "'..' is not a valid name of a topic");
  EXPECT_EQ(fault_of(R"({"topic":"a/b","payload":{"records":[]}})"),
            "'a/b' is not a valid name of a topic");
  EXPECT_EQ(fault_of(R"({"stream":"a\u0000","payload":{"Records":[]}})"),
            "'a' is not a valid name of a stream");
  for (const char* arn : {"arn:aws:kinesis:eu-west-1:1:stream/t", "s", "arn:aws:s3:::stream/s"}) {
    EXPECT_EQ(
        fault_of(
            R"({"stream":"s","payload":{"Records":[{"Data":"","PartitionKey":"1"}],"StreamARN":")" +
            std::string(arn) + "\"}}"),
        "payload's StreamARN is not that of the stream");
  }
  EXPECT_EQ(fault_of(R"({"stream":7,"payload":{"records":[]}})"), "stream is not a string");
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":[]})"), "payload is not an object");
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":{}})"),
            "payload has none of 'records' (v2), 'value' or 'key' (v3)");
  EXPECT_EQ(fault_of(R"({"stream":"t","payload":{}})"),
            "payload has none of 'Records' (put-records), 'Data' (put-record), 'Data' "
            "(gateway-record), 'records' (gateway-records)");
  EXPECT_NE(fault_of(R"({"topic":"t","payload":{"records":[{"value":1}]})"), "");
}

TEST(Request, RefusesAnEmptyListAndOneOfOtherThings) {
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":{"records":[]}})"), "records is empty");
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":{"records":{}}})"), "records is not an array");
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":{"records":[{"value":1},2]}})"),
            "records[1]: not an object");
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":{"records":[{"key":1}]}})"),
            "records[0]: no 'value'");
}

TEST(Request, NamesAnUnknownKey) {
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":{"records":[{"value":1}]},"x":1})"),
            "unknown key 'x'");
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":{"records":[{"value":1}],"y":1}})"),
            "unknown key 'y'");
  EXPECT_EQ(fault_of(R"({"topic":"t","payload":{"records":[{"value":1,"vlaue":2}]}})"),
            "records[0]: unknown key 'vlaue'");
}

TEST(Request, RefusesAPayloadForAnotherStream) {
  EXPECT_EQ(fault_of(R"({"stream":"s","payload":{"StreamName":"x","Data":"","PartitionKey":"1"}})"),
            "payload's StreamName is not the stream");
  EXPECT_EQ(fault_of(R"({"stream":"s","payload":{"Data":"","PartitionKey":"1"}})"),
            "payload has no 'StreamName'");
}

TEST(Request, GoesOnlyWithItsLike) {
  const auto one = parsed(R"({"topic":"t","payload":{"records":[{"value":1}]}})");
  const auto other = parsed(R"({"topic":"u","payload":{"records":[{"value":1}]}})");
  const auto single =
      parsed(R"({"stream":"s","payload":{"StreamName":"s","Data":"e30=","PartitionKey":"1"}})");
  EXPECT_TRUE(one.goes_with(one));
  EXPECT_FALSE(one.goes_with(other));
  EXPECT_FALSE(single.goes_with(single));
}

}  // namespace
}  // namespace pinpipe::delivery
