#include "base/status.h"

#include <cassert>
#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>

namespace pinpipe {

Error system_error(const std::string& verb, const std::string& name, int errno_value) {
  return {"cannot " + verb + " '" + name + "': " + std::generic_category().message(errno_value),
          ""};
}

Error error_of_exception() {
  assert(std::current_exception() != nullptr);
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return {"out of memory", kMemoryHint};
  } catch (const std::length_error&) {  // more than a string or a vector can ever hold
    return {"out of memory", kMemoryHint};
  } catch (const std::system_error& error) {
    return {std::string("cannot start a thread: ") + error.code().message(),
            "fewer threads (-j1) may do; 'ulimit -a' shows the limits"};
  }
}

}  // namespace pinpipe
