// Posts from a MariaDB or MySQL database: the three tables of the pipeline, read by key.
//
// Row n is the record of pinterest_data with `index` = n, and those of geolocation_data and
// user_data with `ind` = n. All columns pass, in the database's order: NULL is null, integers are
// bare, FLOAT, DOUBLE and DECIMAL have the digits that `mariadb --batch` prints, all else is text.
// A record that one table lacks is null; a row that all lack, or with bytes that are no UTF-8, is
// missing.
//
// Where the URL is silent, the client's option files ([client], [client-mariadb], [emulate-posts])
// and then MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_UNIX_PORT and MYSQL_PWD say how to connect. TLS is
// used where the server offers it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/status.h"
#include "posts/source.h"

namespace pinpipe::posts {

struct MariadbOptions {
  std::string url;  ///< mariadb://[USER@]HOST[:PORT]/DATABASE, or mysql://; never with a password
  std::string defaults_file;  ///< read instead of the client's option files; "" for those
  std::chrono::milliseconds give_up_after{60'000};  ///< how long a lost connection is tried again
};

/// Connects, and prepares the reading of all three tables, so that what opens can be read. `rows()`
/// of the Source is one more than the largest `index`. It holds one connection: one thread at a
/// time.
///
/// While a Source is reading, a connection that is lost is opened again and the records are asked
/// for anew; that may block for `give_up_after`. Errors, here: a password in the URL, a server that
/// is not there or refuses, an unknown database, a missing table or key column. From append_posts:
/// the same, when the server comes back so, or does not come back; it then appended nothing.
Result<std::unique_ptr<Source>> open_mariadb(const MariadbOptions& options);

}  // namespace pinpipe::posts
