#include "cli/generate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/exit_status.h"
#include "cli/tool.h"

namespace pinpipe::cli {
namespace {

class GenerateTest : public testing::Test {
 protected:
  GenerateTest() : tool_("some-tool", "does something") {
    auto& flags = tool_.flags();
    flags.flag("--wild", wild_, "Be wild: [it's] a \\ risk.");
    flags.count("-n,--number", number_, {}, "A number.");
    flags.text("--dialect", dialect_, "spark|duckdb", "Which one.");
    flags.group("");
    flags.flag("--secret", secret_, "Not shown.");
  }
  std::string text(const std::string& form) {
    return generate(tool_.app(), "some-tool", form).value();
  }
  /// Names of all options that are to be seen, "--output" and "-o".
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto* option : tool_.app().get_options()) {
      if (option->get_group().empty()) continue;
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
      for (const auto& name : option->get_snames()) names.push_back("-" + name);
    }
    return names;
  }

  bool wild_ = false;
  bool secret_ = false;
  uint64_t number_ = 0;
  std::string dialect_;
  Tool tool_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

TEST_F(GenerateTest, ShowsEveryOptionInEveryForm) {
  ASSERT_GT(names().size(), 15u);
  const auto help = help_text(tool_.app(), "some-tool", "does something", "[FILE...]");
  for (const auto& name : names()) {
    const bool is_long = name.starts_with("--");
    const auto bare = name.substr(is_long ? 2 : 1);
    EXPECT_TRUE(has(help, name)) << name;
    EXPECT_TRUE(has(text("man"), (is_long ? "Fl -" : "Fl ") + bare)) << name;
    EXPECT_TRUE(has(text("bash"), name + " ")) << name;
    EXPECT_TRUE(has(text("zsh"), "'" + name)) << name;
    EXPECT_TRUE(has(text("fish"), (is_long ? " -l " : " -s ") + bare)) << name;
  }
}

TEST_F(GenerateTest, DescribesEveryOptionOnce) {
  for (const auto* option : tool_.app().get_options()) {
    if (option->get_group().empty()) continue;
    EXPECT_FALSE(option->get_description().empty()) << option->get_name();
  }
}

TEST_F(GenerateTest, HelpsWithTheFirstSentencesInEightyColumns) {
  tool_.flags().group("Options");
  tool_.flags().flag("--long-name-of-a-flag", wild_,
                     "Do one thing, with words enough to fill more than a line of what is there. "
                     "Then another.");
  const auto help = help_text(tool_.app(), "some-tool", "does something", "[FILE...]");
  EXPECT_TRUE(has(help, "\n  -n, --number=N       A number\n")) << help;
  EXPECT_TRUE(has(help,
                  "\n  --long-name-of-a-flag\n                       Do one thing, with words "
                  "enough to fill more than a line\n                       of what is there\n"))
      << help;
  EXPECT_FALSE(has(help, "another"));
  EXPECT_TRUE(has(text("man"), "another"));
  for (const auto& line : CLI::detail::split(help, '\n')) EXPECT_LE(line.size(), 80U) << line;
}

TEST_F(GenerateTest, HidesWhatIsHidden) {
  for (const auto* form : {"man", "bash", "zsh", "fish"}) {
    EXPECT_FALSE(has(text(form), "secret")) << form;
    EXPECT_FALSE(has(text(form), "generate")) << form;
  }
  EXPECT_FALSE(has(help_text(tool_.app(), "some-tool", "", ""), "secret"));
}

TEST_F(GenerateTest, OffersTheChoicesOfAValue) {
  EXPECT_TRUE(has(text("bash"), "--dialect) COMPREPLY=($(compgen -W 'spark duckdb'"));
  EXPECT_TRUE(has(text("zsh"), "(spark duckdb)"));
  EXPECT_TRUE(has(text("fish"), "-l dialect -x -a 'spark duckdb'"));
}

TEST_F(GenerateTest, OffersTheWordsThatArgumentsMayBe) {
  const auto with_words = [&](const std::string& form) {
    return generate(tool_.app(), "some-tool", form, {"top", "all"}).value();
  };
  EXPECT_TRUE(has(with_words("bash"), "$(compgen -W 'top all' -- \"$cur\") $(compgen -f"));
  EXPECT_TRUE(has(with_words("zsh"), "\"words:word:(top all)\" \"files:file:_files\""));
  EXPECT_TRUE(has(with_words("fish"), "complete -c some-tool -a 'top all'\n"));
}

TEST_F(GenerateTest, PutsTheToolsOwnOptionsFirst) {
  const auto groups = option_groups(tool_.app());
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].name, "Options");
  EXPECT_EQ(groups[1].name, "Common options");
  ASSERT_EQ(groups[0].options.size(), 3u);
  EXPECT_EQ(groups[0].options[1].short_name, "-n");
  EXPECT_EQ(groups[0].options[1].long_name, "--number");
  EXPECT_EQ(groups[0].options[1].value, "N");
  EXPECT_EQ(groups[0].options[2].choices, (std::vector<std::string>{"spark", "duckdb"}));
}

TEST_F(GenerateTest, QuotesWhatItsReadersWouldTakeForSyntax) {
  EXPECT_TRUE(has(text("fish"), "it\\'s"));
  EXPECT_TRUE(has(text("zsh"), "Be wild\\: \\[it’s\\]"));
  EXPECT_TRUE(has(text("man"), "a \\e risk"));
}

TEST_F(GenerateTest, TellsTheMeaningOfEachExitStatus) {
  const auto help = help_text(tool_.app(), "some-tool", "does something", "[FILE...]");
  for (size_t status = 0; status < kExitMeanings.size(); ++status) {
    const auto meaning = kExitMeanings[status].substr(0, kExitMeanings[status].find(':'));
    EXPECT_TRUE(has(help, "  " + std::to_string(status) + "  " + std::string(meaning) + "\n"));
    EXPECT_TRUE(has(on_one_line(text("man")),
                    ".It " + std::to_string(status) + " " + std::string(kExitMeanings[status])));
  }
}

TEST_F(GenerateTest, KnowsNoOtherForm) {
  EXPECT_FALSE(generate(tool_.app(), "some-tool", "ps"));
  EXPECT_FALSE(generate(tool_.app(), "some-tool", ""));
}

}  // namespace
}  // namespace pinpipe::cli
