#include "stream/error.h"

#include <system_error>

namespace pinpipe {

Error system_error(const std::string& verb, const std::string& name, int errno_value) {
  return {"cannot " + verb + " '" + name + "': " + std::generic_category().message(errno_value),
          ""};
}

}  // namespace pinpipe
