// Records of requests as the bytes that a REST proxy writes for them.
#include "wire/kafka_message.h"

#include <gtest/gtest.h>

namespace pinpipe::wire {
namespace {

/// "KEY|VALUE|PARTITION|TIMESTAMP|NAME=VALUE,…", or "error: WHAT".
std::string read(Protocol protocol, const std::string& record) {
  KafkaMessageReader reader;
  KafkaMessage message;
  if (const auto status = reader.read(protocol, record, message); !status.ok())
    return "error: " + status.error().what;
  const auto text = [](const auto& value) { return value ? std::string(*value) : "null"; };
  std::string all = text(message.key) + "|" + text(message.value) + "|" +
                    (message.partition ? std::to_string(*message.partition) : "") + "|" +
                    (message.timestamp_ms ? std::to_string(*message.timestamp_ms) : "");
  for (const auto& header : message.headers) all += "|" + header.name + "=" + text(header.value);
  return all;
}

struct Row {
  const char* record;
  const char* expected;
};

TEST(KafkaMessage, OfV2IsTheJsonAsItStands) {
  for (const auto& [record, expected] : {
           Row{R"({"value":{"n": 1.0,"t":"\u00e9"}})", R"(null|{"n": 1.0,"t":"\u00e9"}||)"},
           Row{R"({"key":"k1","value":7})", R"("k1"|7||)"},
           Row{R"({"key":null,"value":null})", "null|null||"},
           Row{R"({"k\u0065y":[1],"value":"","partition":3})", R"([1]|""|3|)"},
           Row{R"({"value":1,"value":2,"timestamp":1700000000123})", "null|2||1700000000123"},
           Row{R"({"value":1,"headers":[{"key":"a","value":"AAE="},{"key":"b","value":null}]})",
               nullptr},
           Row{R"({"value":1,"partition":-1})",
               "error: partition is not the number of a partition"},
           Row{R"({"value":1,"partition":2147483648})",
               "error: partition is not the number of a partition"},
           Row{R"({"value":1,"timestamp":"soon"})", "error: timestamp is not a time since 1970"},
           Row{R"({"value":1,"headers":{}})",
               "error: headers are not a list of key and value in base64"},
           Row{R"({"value":1,"headers":[{"key":"a","value":"?"}]})",
               "error: headers are not a list of key and value in base64"},
       }) {
    const std::string with_bytes("null|1|||a=\0\1|b=null", 20);
    EXPECT_EQ(read(Protocol::kafka_v2, record), expected == nullptr ? with_bytes : expected)
        << record;
  }
}

TEST(KafkaMessage, OfV3IsWhatItsTypesSay) {
  for (const auto& [record, expected] : {
           Row{R"({"key":{"type":"STRING","data":"k\"1"},"value":{"type":"JSON","data":{"n":1}}})",
               R"(k"1|{"n":1}||)"},
           Row{R"({"key":{"type":"STRING","data":""},"value":{"type":"BINARY","data":"aGk="}})",
               "|hi||"},
           Row{R"({"value":{"type":"JSON","data":null}})", "null|null||"},
           Row{R"({"value":null,"partition_id":0,"timestamp":"2026-01-02T03:04:05.6789Z"})",
               "null|null|0|1767323045678"},
           Row{R"({"value":{"type":"JSON","data":1},"timestamp":"2026-01-02T03:04:05+01:00"})",
               "null|1||1767319445000"},
           Row{R"({"headers":[{"name":"a","value":"aGk="}]})", "null|null|||a=hi"},
           Row{R"({"value":{"type":"AVRO","data":1}})",
               "error: value: type is not \"JSON\", \"STRING\" or \"BINARY\", which need no "
               "registry"},
           Row{R"({"key":{"type":"STRING","data":1}})",
               "error: key: data is not a string, as its type says"},
           Row{R"({"key":{"type":"BINARY","data":"?"}})", "error: key: data is not base64"},
           Row{R"({"value":1})", "error: value: not an object with type and data"},
       }) {
    EXPECT_EQ(read(Protocol::kafka_v3, record), expected) << record;
  }
}

}  // namespace
}  // namespace pinpipe::wire
