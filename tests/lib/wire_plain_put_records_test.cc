#include "wire/plain_put_records.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpipe::wire {
namespace {

/// The data of the records, each with a blank behind it; "no" where the line is not plain.
std::string read(std::string_view line) {
  PlainPutRecords records(line);
  if (!records.open()) return "no";
  std::string all;
  do {
    std::string_view data;
    if (!records.record(data)) return "no";
    all += std::string(data) + " ";
  } while (records.another());
  return records.close() ? all : "no";
}

const std::string kOpen = R"({"stream":"s-1.x","payload":{"StreamName":"s-1.x","Records":[)";
const std::string kOne = R"({"Data":"Zg==","PartitionKey":"1"})";

TEST(PlainPutRecords, ReadsWhatWeWrite) {
  EXPECT_EQ(read(kOpen + kOne + "]}}"), "Zg== ");
  EXPECT_EQ(read(kOpen + kOne + "," + kOne + R"(,{"Data":"","PartitionKey":"a b"}]}})"),
            "Zg== Zg==  ");
}

TEST(PlainPutRecords, LeavesAllElseToAScanner) {
  for (const auto& line :
       {std::string(),
        kOpen,
        kOpen + "]}}",
        kOpen + kOne,
        kOpen + kOne + "]}",
        kOpen + kOne + "]}}}",
        kOpen + kOne + "]}} ",
        " " + kOpen + kOne + "]}}",
        kOpen + kOne + ",]}}",
        kOpen + kOne + kOne + "]}}",
        kOpen + " " + kOne + "]}}",
        kOpen + R"({"Data":"Zg==","PartitionKey":"é"}]}})",
        kOpen + R"({"Data":"Zg==","PartitionKey":"\n"}]}})",
        kOpen + "{\"Data\":\"Zg==\",\"PartitionKey\":\"\t\"}]}}",
        kOpen + R"({"Data":"Zg==","PartitionKey":"1","x":1}]}})",
        kOpen + R"({"Data":"Zg==","PartitionKey":1}]}})",
        kOpen + R"({"Data":"Zg==)",
        kOpen + R"({"PartitionKey":"1","Data":"Zg=="}]}})",
        R"({"stream":"s","payload":{"StreamName":"t","Records":[)" + kOne + "]}}",
        R"({"stream":"\u0073","payload":{"StreamName":"\u0073","Records":[)" + kOne + "]}}"}) {
    EXPECT_EQ(read(line), "no") << line;
  }
}

}  // namespace
}  // namespace pinpipe::wire
