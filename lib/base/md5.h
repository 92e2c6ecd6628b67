// MD5 (RFC 1321), for the checksum behind a KPL aggregate. Not for anything that has to be safe.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pinpipe {

std::array<uint8_t, 16> md5(std::string_view bytes);

}  // namespace pinpipe
