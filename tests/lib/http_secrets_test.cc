#include "http/secrets.h"

#include <gtest/gtest.h>

namespace pinpipe::http {
namespace {

TEST(Secrets, AreHiddenAlsoAsPartsOfJsonStrings) {
  Secrets secrets;
  secrets.add("pass\"word");
  secrets.add("abc");  // too short to look for
  EXPECT_EQ(secrets.hidden_in("is pass\"word, abc, pass\\\"word"), "is ***, abc, ***");
}

}  // namespace
}  // namespace pinpipe::http
