// Files of properties as people write them, and what is told without their values.
#include "kafka/properties.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pinpipe::kafka {
namespace {

class Properties : public testing::Test {
 protected:
  ~Properties() override { std::filesystem::remove(file_); }

  Result<std::vector<Property>> read(const std::string& text) {
    std::ofstream(file_, std::ios::binary) << text;
    return read_properties(file_);
  }
  /// "KEY|VALUE|LINE" of each.
  std::vector<std::string> all(const std::string& text) {
    std::vector<std::string> found;
    const auto properties = read(text);
    EXPECT_TRUE(properties.ok()) << properties.error().what;
    for (const auto& [key, value, from] : properties.value())
      found.push_back(key + "|" + value + "|" + from.substr(file_.size() + 1));
    return found;
  }

  std::string file_ = testing::TempDir() + "/properties." + std::to_string(getpid());
};

using Found = std::vector<std::string>;

TEST_F(Properties, AreSplitAtTheFirstSignWithBlanksAround) {
  EXPECT_EQ(all("a=b\n  c = d=e:f \nbootstrap.servers: h:1,i:2\n\tk\t:\tv\r\nempty=\n"),
            (Found{"a|b|1", "c|d=e:f|2", "bootstrap.servers|h:1,i:2|3", "k|v|4", "empty||5"}));
}

TEST_F(Properties, MayBeAbsentOrCommentsOrBehindAByteOrderMark) {
  EXPECT_EQ(all(""), Found{});
  EXPECT_EQ(all("\xEF\xBB\xBF# c\\\n! d=e\n\n   \n  #x\na=b#c"), (Found{"a|b#c|6"}));
}

TEST_F(Properties, GoOnBehindABackslashWithoutTheBlanksThatFollow) {
  EXPECT_EQ(all("a=b \\\n    c\\\r\n\t d\ne=f\n"), (Found{"a|b cd|1", "e|f|4"}));
  EXPECT_EQ(all("a=\\\n  b\\\n"), (Found{"a|b|1"}));
  EXPECT_EQ(all("a\\\n=\\\nb"), (Found{"a|b|1"}));
  EXPECT_EQ(all("a=b\\\n#c=d\ne=f"), (Found{"a|b#c=d|1", "e|f|3"}));
}

TEST_F(Properties, KeepOtherBackslashes) {
  EXPECT_EQ(all("a=b\\\\\nc=d\\e\\:f\ng=h\\\\\\\ni"),
            (Found{"a|b\\\\|1", "c|d\\e\\:f|2", "g|h\\\\i|3"}));
}

TEST_F(Properties, WithoutASignAreAnErrorThatDoesNotShowThem) {
  for (const auto* text : {"a=b\nsecret word\n", "a=b\n=secret\n", "a=b\n:secret"}) {
    const auto properties = read(text);
    ASSERT_FALSE(properties.ok()) << text;
    EXPECT_EQ(properties.error().what, file_ + ":2: not a line of the form key=value");
  }
}

TEST_F(Properties, ThatAreJavasOnlySaySoAndWhatToWrite) {
  const std::pair<const char*, const char*> kCases[] = {
      {"ssl.truststore.location", "ssl.ca.location"},
      {"ssl.truststore.password", "ssl.ca.location"},
      {"sasl.jaas.config", "sasl.username"},
      {"sasl.client.callback.handler.class", "AWS_MSK_IAM"},
      {"sasl.login.callback.handler.class", "OAUTHBEARER"}};
  for (const auto& [key, hint] : kCases) {
    const auto made = make_configuration({{key, "hunter2", "f:1"}});
    ASSERT_FALSE(made.ok()) << key;
    EXPECT_EQ(made.error().what, std::string("f:1: '") + key + "' is for Java only");
    EXPECT_NE(made.error().hint.find(hint), std::string::npos) << made.error().hint;
  }
}

}  // namespace
}  // namespace pinpipe::kafka
