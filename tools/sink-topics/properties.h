// Properties of the Kafka client, as its configuration files have them: lines of key=value.
#pragma once

#include <string>
#include <vector>

#include "stream/error.h"

namespace pinpipe {

struct Property {
  std::string key;
  std::string value;  ///< may be secret: for no message
  std::string from;   ///< "FILE:LINE", for messages
};

/// Reads a file; blank lines and those that start with # are skipped. Errors: I/O, a line without
/// =. No message shows what is in a line.
Result<std::vector<Property>> read_properties(const std::string& file);

}  // namespace pinpipe
