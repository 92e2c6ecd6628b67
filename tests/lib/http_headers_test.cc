#include "http/headers.h"

#include <gtest/gtest.h>

namespace pinpipe::http {
namespace {

TEST(Headers, AreLinesOfNameAndValue) {
  const auto headers = parse_headers("# keys\nX-Api-Key:  abc \r\n\nA: b: c", "test");
  ASSERT_TRUE(headers.ok());
  EXPECT_EQ(headers.value(), (std::vector<std::string>{"X-Api-Key: abc", "A: b: c"}));
}

TEST(Headers, ThatAreNoneAreToldWithoutTheirText) {
  for (const char* text : {"secret", "se cret: x", ": secret", "A:", "A: sec\x01ret"}) {
    const auto headers = parse_headers(text, "'f'");
    ASSERT_FALSE(headers.ok()) << text;
    EXPECT_EQ(headers.error().what, "line 1 of 'f' is not a header");
  }
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(retry_after("3", ""), Milliseconds(3000));
  EXPECT_EQ(retry_after("0", ""), Milliseconds(0));
  EXPECT_EQ(retry_after("-5", ""), Milliseconds(0));
  EXPECT_EQ(retry_after("Fri, 20 Nov 2026 10:00:30 GMT", "Fri, 20 Nov 2026 10:00:00 GMT"),
            Milliseconds(30'000));
  EXPECT_EQ(retry_after("Fri, 20 Nov 2026 09:00:00 GMT", "Fri, 20 Nov 2026 10:00:00 GMT"),
            Milliseconds(0));
  EXPECT_EQ(retry_after("", ""), std::nullopt);
  EXPECT_EQ(retry_after("soon", ""), std::nullopt);
}

}  // namespace
}  // namespace pinpipe::http
