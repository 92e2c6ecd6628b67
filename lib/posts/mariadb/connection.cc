#include "posts/mariadb/connection.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <utility>

#include "posts/mariadb/option_files.h"

namespace pinpipe::posts {
namespace {

constexpr const char* kCharset = "utf8mb4";
constexpr unsigned kConnectTimeoutSeconds = 10;
/// Silence for so long is a lost connection: a firewall that forgot it sends nothing at all.
constexpr unsigned kReadTimeoutSeconds = 60;

/// MySQL 8 says this to a connection that was idle for too long; MariaDB's headers lack it.
constexpr unsigned kClientInteractionTimeout = 4031;

/// Ways to prove a password without telling it. Not caching_sha2_password and sha256_password:
/// without TLS they encrypt it for whoever names a key.
constexpr const char* kSafeWithoutTls = "mysql_native_password,client_ed25519,auth_gssapi_client";

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
      return "the ssl options of the option files say whether TLS is needed, and which server is "
             "trusted";
    case CR_PLUGIN_NOT_ALLOWED:
      return "without TLS it is not told; have the server offer TLS, or the account use "
             "mysql_native_password or ed25519";
    case CR_MALFORMED_PACKET:
      return "is it a MariaDB or MySQL server, and nothing in between?";
    case CR_AUTH_PLUGIN_CANNOT_LOAD:
      return "the account's kind of password needs a plugin of libmariadb that is not installed";
    case ER_NET_PACKET_TOO_LARGE:
    case CR_NET_PACKET_TOO_LARGE:
      return "raise max_allowed_packet of the server, and in the option file";
    default:
      return "";
  }
}

template <class Value>
void set_option(MYSQL* connection, mysql_option option, const Value* value) {
  if (mysql_options(connection, option, value) != 0)
    throw std::bad_alloc();  // it fails for no other reason
}

/// Sets what option files may set otherwise.
void set_defaults(MYSQL* connection, const MariadbTarget& target) {
  const unsigned connect_timeout = kConnectTimeoutSeconds;
  const unsigned read_timeout = kReadTimeoutSeconds;
  set_option(connection, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
  set_option(connection, MYSQL_OPT_READ_TIMEOUT, &read_timeout);
  set_option(connection, MYSQL_SET_CHARSET_NAME, kCharset);
  if (!target.defaults_file.empty()) {
    set_option(connection, MYSQL_READ_DEFAULT_FILE, target.defaults_file.c_str());
  }
  set_option(connection, MYSQL_READ_DEFAULT_GROUP, kOptionGroup);
  // The library reads the other variables of the mariadb client by itself.
  if (const char* host = std::getenv("MYSQL_HOST"); host != nullptr && *host != '\0') {
    set_option(connection, MARIADB_OPT_HOST, host);
  }
  // As the mariadb client does: who names a port of localhost does not mean the socket.
  if (target.url.port != 0) {
    const unsigned tcp = MYSQL_PROTOCOL_TCP;
    set_option(connection, MYSQL_OPT_PROTOCOL, &tcp);
  }
}

/// The library reads option files when it connects, after all that was set before. A list of no
/// hosts makes it read them and connect to nothing, so that what is set from here on wins.
void read_option_files(MYSQL* connection) {
  mysql_real_connect(connection, ",", nullptr, nullptr, nullptr, 0, nullptr,
                     CLIENT_REMEMBER_OPTIONS);
}

int refuse_file(void** file, const char*, void*) {
  *file = nullptr;
  return 1;
}
int read_no_file(void*, char*, unsigned) { return -1; }
void close_no_file(void*) {}
int why_no_file(void*, char* text, unsigned size) {
  constexpr std::string_view kWhy = "the server asks for a file of this machine, and gets none";
  text[kWhy.copy(text, size - 1)] = '\0';
  return CR_MALFORMED_PACKET;
}

/// A server may answer any statement with the request for a file; we never have one to give.
void refuse_files(MYSQL* connection) {
  const unsigned no = 0;
  set_option(connection, MYSQL_OPT_LOCAL_INFILE, &no);
  mysql_set_local_infile_handler(connection, refuse_file, read_no_file, close_no_file, why_no_file,
                                 nullptr);
}

/// What is asked of the library. Without verification it takes TLS where the server has it, and
/// goes on in plain text where not.
enum class Tls {
  if_offered,  ///< in plain text no password is told to a server that wants it in clear
  taken,       ///< REQUIRES: the server offered it just now
  verified,
};

/// As the library decides between a socket of this machine and TCP.
bool is_by_socket(const MYSQL* connection, const MariadbUrl& url) {
  const char* host = url.host.empty() ? connection->options.host : url.host.c_str();
  return (host == nullptr || std::string_view(host) == "localhost") &&
         connection->options.protocol != MYSQL_PROTOCOL_TCP;
}

void set_tls(MYSQL* connection, const MariadbUrl& url, Tls tls) {
  const my_bool yes = 1;
  const char* plugins = nullptr;  // an option file may have its own list
  set_option(connection, MYSQL_OPT_SSL_ENFORCE, &yes);
  if (tls == Tls::verified) set_option(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
  mysql_get_optionv(connection, MARIADB_OPT_RESTRICTED_AUTH, &plugins);
  if (plugins == nullptr && tls == Tls::if_offered && !is_by_socket(connection, url)) {
    set_option(connection, MARIADB_OPT_RESTRICTED_AUTH, kSafeWithoutTls);
  }
}

bool offers_tls(const MariadbConnection& connection) {
  return (connection->server_capabilities & CLIENT_SSL) != 0;
}

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

MariadbConnection try_to_connect(const MariadbTarget& target, Tls tls, bool& connected) {
  MariadbConnection connection(mysql_init(nullptr));
  if (!connection) throw std::bad_alloc();
  set_defaults(connection.get(), target);
  read_option_files(connection.get());
  refuse_files(connection.get());
  set_tls(connection.get(), target.url, tls);
  const auto& url = target.url;
  connected = mysql_real_connect(connection.get(), or_null(url.host), or_null(url.user), nullptr,
                                 url.database.c_str(), url.port, nullptr, 0) != nullptr;
  return connection;
}

/// Takes TLS where the server has it.
MariadbConnection connect_with_any_tls(const MariadbTarget& target, bool& connected) {
  auto connection = try_to_connect(target, Tls::if_offered, connected);
  if (connected || mysql_errno(connection.get()) != CR_PLUGIN_NOT_ALLOWED ||
      !offers_tls(connection)) {
    return connection;
  }
  return try_to_connect(target, Tls::taken, connected);  // under TLS any plugin will do
}

/// Takes nothing but TLS. Only if a certificate is to be verified does the library tell a server
/// without TLS nothing at all; so that comes first.
MariadbConnection connect_with_tls(const MariadbTarget& target, TlsAsked asked, bool& connected) {
  auto connection = try_to_connect(target, Tls::verified, connected);
  if (connected || asked.verified || !offers_tls(connection)) return connection;
  return try_to_connect(target, Tls::taken, connected);
}

}  // namespace

Error mariadb_error(const MariadbTarget& target, const char* doing, unsigned code,
                    const char* message) {
  // The library names another plugin than the one that it means.
  if (code == CR_PLUGIN_NOT_ALLOWED) message = "the server asks for the password in clear text";
  std::string what =
      "cannot " + std::string(doing) + " database '" + target.url.database + "': " + message;
  return {std::move(what), hint_for(code), is_transient(code)};
}

Status connect(const MariadbTarget& target, MariadbConnection& connection) {
  if (!target.defaults_file.empty() && access(target.defaults_file.c_str(), R_OK) != 0) {
    Error error = system_error("read", target.defaults_file, errno);
    error.hint = "it is to be an option file of the mariadb client, with a group [client]";
    return error;
  }
  // The library ignores SIGPIPE for the whole process when it starts; that is for the process to
  // say.
  struct sigaction before;
  sigaction(SIGPIPE, nullptr, &before);
  if (mysql_library_init(0, nullptr, nullptr) != 0) throw std::bad_alloc();
  sigaction(SIGPIPE, &before, nullptr);

  const SigpipeBlock no_sigpipe;
  bool connected = false;
  const TlsAsked asked = tls_asked(target.defaults_file);
  connection = asked.required ? connect_with_tls(target, asked, connected)
                              : connect_with_any_tls(target, connected);
  if (connected && asked.required && mysql_get_ssl_cipher(connection.get()) == nullptr) {
    return mariadb_error(target, "open", CR_SSL_CONNECTION_ERROR,
                         "TLS is asked for, and the server does not have it");
  }
  // An option file may have said another character set.
  if (!connected || mysql_set_character_set(connection.get(), kCharset) != 0) {
    return mariadb_error(target, "open", mysql_errno(connection.get()),
                         mysql_error(connection.get()));
  }
  return {};
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

}  // namespace pinpipe::posts
