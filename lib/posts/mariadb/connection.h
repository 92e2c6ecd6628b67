// One connection to the database, and the only place that knows the client library's error codes.
#pragma once

#include <mysql.h>

#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include "base/status.h"
#include "posts/mariadb/url.h"

namespace pinpipe::posts {

/// Where to connect, and which option file to read ("" for the client's own).
struct MariadbTarget {
  MariadbUrl url;
  std::string defaults_file;
};

/// Closes on destruction. Statements must be closed before.
struct MariadbCloser {
  void operator()(MYSQL* connection) const { mysql_close(connection); }
};
using MariadbConnection = std::unique_ptr<MYSQL, MariadbCloser>;

/// Opens a connection in utf8mb4 to `target` as `connection`.
Status connect(const MariadbTarget& target, MariadbConnection& connection);

/// The error behind an error code of the server or of the client library, of connection or
/// statement. `doing` is "open" or "read".
Error mariadb_error(const MariadbTarget& target, const char* doing, unsigned code,
                    const char* message);

/// Holds SIGPIPE back from this thread while it lives: the TLS library writes to a connection that
/// the server has closed without MSG_NOSIGNAL, and that signal means a reader of our own output.
class SigpipeBlock {
 public:
  SigpipeBlock();
  ~SigpipeBlock();
  SigpipeBlock(const SigpipeBlock&) = delete;

 private:
  sigset_t before_;
  bool was_pending_;
};

}  // namespace pinpipe::posts
