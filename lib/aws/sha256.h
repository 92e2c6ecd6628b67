// Digests of bodies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::aws {

/// SHA-256 of `bytes`, as 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

struct FileHash {
  uint64_t size = 0;
  std::string sha256_hex;
};
/// Of all that is in a file. Errors: it cannot be read.
Result<FileHash> hash_file(const std::string& path);

}  // namespace pinpipe::aws
