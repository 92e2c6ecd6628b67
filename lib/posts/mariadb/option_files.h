// What the option files of the mariadb client ask of TLS, as that client understands them.
//
// The client library reads these files by itself, but takes `ssl-verify-server-cert` without a
// value, or with ON, for 0, and does not know `ssl` and `ssl-mode` at all.
#pragma once

#include <string>

namespace pinpipe::posts {

/// The group of option files that is ours, beside [client], [client-server] and [client-mariadb].
inline constexpr const char* kOptionGroup = "emulate-posts";

/// What must be had, where an option file asks for it. `verified` is never without `required`.
struct TlsAsked {
  bool required = false;  ///< no connection without TLS
  bool verified = false;  ///< none with a server whose certificate does not prove its name
};

/// Reads `defaults_file`, or the client's own option files if it is "", with those that they
/// include. Files that cannot be read ask for nothing. Of an option that is repeated the last
/// counts.
TlsAsked tls_asked(const std::string& defaults_file);

}  // namespace pinpipe::posts
