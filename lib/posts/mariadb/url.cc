#include "posts/mariadb/url.h"

#include <optional>

#include "base/number.h"
#include "base/percent_encoding.h"

namespace pinpipe::posts {
namespace {

constexpr std::string_view kForm = "mariadb://[USER@]HOST[:PORT]/DATABASE";

Error misspelt(const std::string& what) {
  return {"database URL " + what, "its form is " + std::string(kForm)};
}

Error with_password() {
  return {
      "a password does not belong in the database URL",
      "put it into an option file ([client] in ~/.my.cnf, or --defaults-file), or into MYSQL_PWD"};
}

/// `part` with its %XX resolved. NUL bytes are refused: the client library takes C strings.
std::optional<std::string> decoded(std::string_view part) {
  auto text = percent_decoded(part);
  return text && text->find('\0') == text->npos ? text : std::nullopt;
}

/// Cuts `HOST`, `HOST:PORT` or `[ADDRESS]:PORT` into host and port text. False: brackets that do
/// not match.
bool split_host(std::string_view authority, std::string_view& host, std::string_view& port) {
  size_t colon = authority.rfind(':');
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == authority.npos) return false;
    host = authority.substr(1, end - 1);
    const std::string_view rest = authority.substr(end + 1);
    if (!rest.empty() && rest[0] != ':') return false;
    port = rest.empty() ? rest : rest.substr(1);
    return !host.empty();
  }
  host = authority.substr(0, colon);
  port = colon == authority.npos ? std::string_view() : authority.substr(colon + 1);
  return host.find_first_of(":[]") == host.npos;
}

}  // namespace

Result<MariadbUrl> parse_mariadb_url(std::string_view url) {
  const size_t scheme = url.find("://");
  const std::string_view name = url.substr(0, scheme);
  if (scheme == url.npos || (name != "mariadb" && name != "mysql")) {
    return misspelt("does not start with mariadb:// or mysql://");
  }
  url.remove_prefix(scheme + 3);

  // The last '@', wherever it is: in `me:pass/word@host/db` the password has a slash.
  const size_t at = url.rfind('@');
  const std::string_view user = at == url.npos ? std::string_view() : url.substr(0, at);
  if (user.find(':') != user.npos) return with_password();
  if (user.find_first_of("@/?#") != user.npos) return misspelt("has a user name to be %-escaped");
  if (at != url.npos) url.remove_prefix(at + 1);

  if (url.find_first_of("?#") != url.npos) {
    return misspelt("has parameters; options of the connection belong in an option file");
  }
  const size_t slash = url.find('/');
  if (slash == url.npos || slash + 1 == url.size()) return misspelt("names no database");
  if (url.find('/', slash + 1) != url.npos) return misspelt("has a '/' behind the database");

  std::string_view host, port;
  if (!split_host(url.substr(0, slash), host, port)) return misspelt("has no valid host");
  MariadbUrl parsed;
  if (!port.empty()) {
    const auto number = to_number<uint16_t>(port);
    if (!number || *number == 0) return misspelt("has a port that is not a number from 1 to 65535");
    parsed.port = *number;
  }
  auto decoded_user = decoded(user);
  auto decoded_host = decoded(host);
  auto decoded_database = decoded(url.substr(slash + 1));
  if (!decoded_user || !decoded_host || !decoded_database)
    return misspelt("has an invalid %-escape");
  parsed.user = std::move(*decoded_user);
  parsed.host = std::move(*decoded_host);
  parsed.database = std::move(*decoded_database);
  return parsed;
}

}  // namespace pinpipe::posts
