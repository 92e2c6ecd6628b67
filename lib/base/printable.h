// Text of others, on its way to a terminal: a file name, a server's reply, a key of a record.
#pragma once

#include <string>
#include <string_view>

namespace pinpipe {

/// `text` on one line, and with nothing in it that moves a cursor, rings, or turns the direction of
/// writing, or cannot be seen: control characters (C0, DEL, C1), line and paragraph separators, the
/// bidirectional controls and byte order marks become \n, \r, \t, \u001b and the like, bytes that
/// are not UTF-8 \xff. A line of JSON stays one. scripts/python/pinpipe_io.py has the same.
std::string printable(std::string_view text);

}  // namespace pinpipe
