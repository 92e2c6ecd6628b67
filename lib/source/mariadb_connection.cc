#include "source/mariadb_connection.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <utility>

namespace pinpipe::source {
namespace {

constexpr const char* kOptionGroup = "emulate-posts";
constexpr const char* kCharset = "utf8mb4";
constexpr unsigned kConnectTimeoutSeconds = 10;
/// Silence for so long is a lost connection: a firewall that forgot it sends nothing at all.
constexpr unsigned kReadTimeoutSeconds = 60;

/// MySQL 8 says this to a connection that was idle for too long; MariaDB's headers lack it.
constexpr unsigned kClientInteractionTimeout = 4031;

/// Whether the same request may well succeed on a new connection.
bool is_transient(unsigned code) {
  switch (code) {
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_UNKNOWN_HOST:
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_HANDSHAKE_ERR:
    case CR_SERVER_LOST:
    case CR_SERVER_LOST_EXTENDED:
    case CR_COMMANDS_OUT_OF_SYNC:
    case CR_MALFORMED_PACKET:
    case CR_SSL_CONNECTION_ERROR:
    case CR_NEW_STMT_METADATA:
    case CR_STMT_CLOSED:
    case ER_CON_COUNT_ERROR:
    case ER_SERVER_SHUTDOWN:
    case ER_NORMAL_SHUTDOWN:
    case ER_SHUTDOWN_COMPLETE:
    case ER_FORCING_CLOSE:
    case ER_NET_READ_ERROR:
    case ER_NET_READ_INTERRUPTED:
    case ER_NET_ERROR_ON_WRITE:
    case ER_NET_WRITE_INTERRUPTED:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_LOCK_DEADLOCK:
    case ER_UNKNOWN_STMT_HANDLER:
    case ER_NEED_REPREPARE:
    case ER_TABLE_DEF_CHANGED:
    case ER_QUERY_INTERRUPTED:
    case ER_CONNECTION_KILLED:
    case kClientInteractionTimeout:
      return true;
    default:
      return false;
  }
}

std::string hint_for(unsigned code) {
  switch (code) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
      return "give user and password in an option file ([client] in ~/.my.cnf, or "
             "--defaults-file), or the "
             "password in MYSQL_PWD";
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
      return "the user needs SELECT on the database";
    case ER_BAD_DB_ERROR:
      return "'SHOW DATABASES' lists what there is; load-tables makes one";
    case ER_NO_SUCH_TABLE:
      return "the database needs the tables pinterest_data, geolocation_data and user_data; "
             "load-tables makes "
             "them";
    case ER_BAD_FIELD_ERROR:
      return "rows are found by `index` in pinterest_data, and by `ind` in geolocation_data and "
             "user_data";
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_UNKNOWN_HOST:
      return "is the server up, and are host and port of the URL, or socket of the option file, "
             "its own?";
    case CR_SSL_CONNECTION_ERROR:
      return "the option file's ssl options say which server is trusted";
    case CR_AUTH_PLUGIN_CANNOT_LOAD:
      return "the account's kind of password needs a plugin of libmariadb that is not installed";
    case ER_NET_PACKET_TOO_LARGE:
    case CR_NET_PACKET_TOO_LARGE:
      return "raise max_allowed_packet of the server, and in the option file";
    default:
      return "";
  }
}

/// Sets what can be set before option files are read, which is when the library connects: they win.
void set_defaults(MYSQL* connection, const MariadbTarget& target) {
  const unsigned connect_timeout = kConnectTimeoutSeconds;
  const unsigned read_timeout = kReadTimeoutSeconds;
  mysql_options(connection, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
  mysql_options(connection, MYSQL_OPT_READ_TIMEOUT, &read_timeout);
  mysql_options(connection, MYSQL_SET_CHARSET_NAME, kCharset);
  if (!target.defaults_file.empty()) {
    mysql_options(connection, MYSQL_READ_DEFAULT_FILE, target.defaults_file.c_str());
  }
  mysql_options(connection, MYSQL_READ_DEFAULT_GROUP, kOptionGroup);
  // The library reads the other variables of the mariadb client by itself.
  if (const char* host = std::getenv("MYSQL_HOST"); host != nullptr && *host != '\0') {
    mysql_options(connection, MARIADB_OPT_HOST, host);
  }
  // As the mariadb client does: who names a port of localhost does not mean the socket.
  if (target.url.port != 0) {
    const unsigned tcp = MYSQL_PROTOCOL_TCP;
    mysql_options(connection, MYSQL_OPT_PROTOCOL, &tcp);
  }
}

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

/// Connects, asking for TLS or leaving that to the option files.
MariadbConnection try_to_connect(const MariadbTarget& target, bool ask_for_tls, bool& connected) {
  MariadbConnection connection(mysql_init(nullptr));
  if (!connection) throw std::bad_alloc();
  set_defaults(connection.get(), target);
  if (ask_for_tls) {
    const my_bool yes = 1;
    mysql_options(connection.get(), MYSQL_OPT_SSL_ENFORCE, &yes);
  }
  const auto& url = target.url;
  connected = mysql_real_connect(connection.get(), or_null(url.host), or_null(url.user), nullptr,
                                 url.database.c_str(), url.port, nullptr, 0) != nullptr;
  return connection;
}

}  // namespace

MariadbFault mariadb_fault(const MariadbTarget& target, const char* doing, unsigned code,
                           const char* message) {
  std::string what =
      "cannot " + std::string(doing) + " database '" + target.url.database + "': " + message;
  return {{std::move(what), hint_for(code)}, is_transient(code)};
}

MariadbVerdict connect(const MariadbTarget& target, MariadbConnection& connection) {
  if (!target.defaults_file.empty() && access(target.defaults_file.c_str(), R_OK) != 0) {
    Error error = system_error("read", target.defaults_file, errno);
    error.hint = "it is to be an option file of the mariadb client, with a group [client]";
    return MariadbFault{std::move(error), false};
  }
  // The library ignores SIGPIPE for the whole process when it starts; that is for the process to
  // say.
  struct sigaction before;
  sigaction(SIGPIPE, nullptr, &before);
  mysql_library_init(0, nullptr, nullptr);
  sigaction(SIGPIPE, &before, nullptr);

  const SigpipeBlock no_sigpipe;
  bool connected = false;
  connection = try_to_connect(target, true, connected);
  if (!connected && mysql_errno(connection.get()) == CR_SSL_CONNECTION_ERROR &&
      (connection->server_capabilities & CLIENT_SSL) == 0) {
    connection = try_to_connect(target, false, connected);  // the server has no TLS
  }
  // An option file may have said another character set.
  if (!connected || mysql_set_character_set(connection.get(), kCharset) != 0) {
    return mariadb_fault(target, "open", mysql_errno(connection.get()),
                         mysql_error(connection.get()));
  }
  return std::nullopt;
}

SigpipeBlock::SigpipeBlock() {
  sigset_t sigpipe, pending;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  sigpending(&pending);
  was_pending_ = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before_);
}

SigpipeBlock::~SigpipeBlock() {
  sigset_t sigpipe;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  const timespec at_once{};
  if (!was_pending_) sigtimedwait(&sigpipe, nullptr, &at_once);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace pinpipe::source
