// The URL of a database: mariadb://[USER@]HOST[:PORT]/DATABASE, also mysql://.
//
// No error of this file quotes the URL or a part of it: what is misspelt may well be a password.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::posts {

/// What a URL says, percent-decoded. Empty parts, and port 0, are left to option files and the
/// environment.
struct MariadbUrl {
  std::string user;
  std::string host;  ///< without the brackets of [::1]
  uint16_t port = 0;
  std::string database;
};

/// Reads `url`. Errors: it has a password, names no database, or is of another form.
Result<MariadbUrl> parse_mariadb_url(std::string_view url);

}  // namespace pinpipe::posts
