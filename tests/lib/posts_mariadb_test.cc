// What needs no server: URLs, values as JSON, and errors of opening. Servers:
// tests/pipelines/mariadb-*.sh.
#include "posts/mariadb/source.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "posts/mariadb/connection.h"
#include "posts/mariadb/json.h"
#include "posts/mariadb/url.h"

namespace pinpipe::posts {
namespace {

TEST(MariadbUrl, ReadsAllParts) {
  const auto url = parse_mariadb_url("mariadb://me@db.example:3307/pinterest");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url.value().user, "me");
  EXPECT_EQ(url.value().host, "db.example");
  EXPECT_EQ(url.value().port, 3307);
  EXPECT_EQ(url.value().database, "pinterest");
}

TEST(MariadbUrl, LeavesWhatIsMissingEmpty) {
  for (const char* text : {"mysql:///pinterest", "mariadb://@/pinterest"}) {
    const auto url = parse_mariadb_url(text);
    ASSERT_TRUE(url.ok()) << text;
    EXPECT_EQ(url.value().user + url.value().host, "") << text;
    EXPECT_EQ(url.value().port, 0) << text;
  }
  EXPECT_EQ(parse_mariadb_url("mysql://host:/x").value().port, 0);
}

TEST(MariadbUrl, TakesIpv6InBrackets) {
  const auto url = parse_mariadb_url("mariadb://me@[::1]:3307/x");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url.value().host, "::1");
  EXPECT_EQ(url.value().port, 3307);
  EXPECT_EQ(parse_mariadb_url("mariadb://[fe80::2]/x").value().host, "fe80::2");
}

TEST(MariadbUrl, DecodesPercents) {
  const auto url = parse_mariadb_url("mariadb://a%40b%3ac@h/%C3%A9%2Ft");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url.value().user, "a@b:c");
  EXPECT_EQ(url.value().database, "é/t");
}

TEST(MariadbUrl, NeverQuotesAPassword) {
  for (const char* text :
       {"mariadb://me:hunter2@host/x", "mariadb://:hunter2@host/x", "mariadb://me:hun/ter2@host/x",
        "mariadb://me:h@hunter2@host/x", "mariadb://me:hunter2/x",
        "mariadb://host/x?password=hunter2", "mariadb://me:hunter2@host", "hunter2://x/y",
        "mariadb://me:%hunter2@host/x", "mariadb://me:?hunter2#@host/x",
        "mariadb://host/x/hunter2"}) {
    const auto url = parse_mariadb_url(text);
    ASSERT_FALSE(url.ok()) << text;
    const std::string told = url.error().what + url.error().hint;
    EXPECT_EQ(told.find("ter2"), told.npos) << told;
    EXPECT_NE(url.error().hint, "") << text;
  }
}

TEST(MariadbUrl, SaysThatAPasswordIsRefused) {
  for (const char* text : {"mariadb://me:pw@host/x", "mysql://me:p/w@host/x", "mysql://:@h/x"}) {
    const auto url = parse_mariadb_url(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_NE(url.error().what.find("password"), std::string::npos) << text;
  }
}

TEST(MariadbUrl, RefusesOtherForms) {
  for (const char* text :
       {"", "mariadb:", "mariadb://", "mariadb://h", "mariadb://h/", "postgres://h/x",
        "mariadb://h:0/x", "mariadb://h:65536/x", "mariadb://h:1x/x", "mariadb://[::1/x",
        "mariadb://[]/x", "mariadb://::1/x", "mariadb://h/x#y", "mariadb://h/%4", "mariadb://h/%00",
        "mariadb://h/%g0"}) {
    EXPECT_FALSE(parse_mariadb_url(text).ok()) << text;
  }
}

std::string text_as_json(std::string_view text) {
  Buffer to;
  return append_text(text, to).ok() ? std::string(to.view()) : "not UTF-8";
}

TEST(MariadbJson, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(text_as_json(""), R"("")");
  EXPECT_EQ(text_as_json(R"(a "b" \ /)"), R"("a \"b\" \\ /")");
  EXPECT_EQ(text_as_json(std::string_view("\0\x01\b\t\n\f\r\x1f\x7f", 9)),
            "\"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001f\x7f\"");
  EXPECT_EQ(text_as_json("é\u2028🎨\u0085"), "\"é\u2028🎨\u0085\"");
}

TEST(MariadbJson, FindsASpecialByteAtEveryPlace) {
  for (size_t size = 1; size < 40; ++size) {
    for (size_t i = 0; i < size; ++i) {
      std::string text(size, 'x');
      text[i] = '"';
      EXPECT_EQ(text_as_json(text), '"' + text.substr(0, i) + "\\\"" + text.substr(i + 1) + '"');
      text.replace(i, 1, "é");
      EXPECT_EQ(text_as_json(text), '"' + text + '"');
      text[i] = '\xFF';
      EXPECT_EQ(text_as_json(text), "not UTF-8");
    }
  }
}

TEST(MariadbJson, TellsUtf8FromOtherBytes) {
  for (const char* good : {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(text_as_json(good), '"' + std::string(good) + '"');
  }
  for (const char* bad :
       {"\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF0\x9F\x8E", "caf\xE9"}) {
    EXPECT_EQ(text_as_json(bad), "not UTF-8");
  }
}

TEST(MariadbJson, WritesNumbersAsJsonHasThem) {
  const auto number = [](std::string_view digits) {
    Buffer to;
    const auto status = append_value(ColumnForm::number, digits, to);
    return status.ok() ? std::string(to.view()) : status.error().what;
  };
  EXPECT_EQ(number("-12.3400"), "-12.3400");
  EXPECT_EQ(number("1e20"), "1e20");
  EXPECT_EQ(number("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(number("00042"), "42");
  EXPECT_EQ(number("0000"), "0");
  EXPECT_EQ(number("000.5"), "0.5");
  EXPECT_EQ(number(""), "is not a JSON number");
}

TEST(MariadbJson, WritesBitsAsAnInteger) {
  Buffer to;
  ASSERT_TRUE(append_value(ColumnForm::bits, std::string_view("\x01\x00", 2), to).ok());
  EXPECT_EQ(to.view(), "256");
}

/// A port of 127.0.0.1 where nobody listens: bound, so that nobody else gets it.
class SilentPort {
 public:
  SilentPort() : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    number = ntohs(address.sin_port);
  }
  ~SilentPort() { close(fd_); }
  SilentPort(const SilentPort&) = delete;

  int number = 0;

 private:
  int fd_;
};

TEST(Mariadb, TellsAtOnceThatNobodyListens) {
  const SilentPort port;
  const auto begin = std::chrono::steady_clock::now();
  const auto source =
      open_mariadb({"mariadb://127.0.0.1:" + std::to_string(port.number) + "/x", "/dev/null"});
  ASSERT_FALSE(source.ok());
  EXPECT_NE(source.error().what.find("127.0.0.1"), std::string::npos) << source.error().what;
  EXPECT_NE(source.error().hint, "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

TEST(Mariadb, LeavesSigpipeAsItWas) {
  struct sigaction before, after;
  ASSERT_EQ(sigaction(SIGPIPE, nullptr, &before), 0);
  const SilentPort port;
  EXPECT_FALSE(
      open_mariadb({"mariadb://127.0.0.1:" + std::to_string(port.number) + "/x", "/dev/null"})
          .ok());
  ASSERT_EQ(sigaction(SIGPIPE, nullptr, &after), 0);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  sigset_t blocked;
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, nullptr, &blocked), 0);
  EXPECT_EQ(sigismember(&blocked, SIGPIPE), 0);
}

TEST(Mariadb, HoldsBackOnlyItsOwnSigpipe) {
  {
    const SigpipeBlock no_sigpipe;
    raise(SIGPIPE);  // would end the process
  }
  sigset_t pending;
  ASSERT_EQ(sigpending(&pending), 0);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

TEST(Mariadb, NamesADefaultsFileThatIsNotThere) {
  const auto source = open_mariadb({"mariadb://127.0.0.1/x", "/nonexistent/my.cnf"});
  ASSERT_FALSE(source.ok());
  EXPECT_NE(source.error().what.find("/nonexistent/my.cnf"), std::string::npos);
}

}  // namespace
}  // namespace pinpipe::posts
