// The topics of an ID: ID.pin, ID.geo and ID.user.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"

namespace pinpipe::kafka {

/// What Kafka takes in the name of a topic; a path made of it stays where it belongs.
inline Status check_id(const std::string& id) {
  static constexpr const char* kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (!id.empty() && id.find_first_not_of(kAllowed) == id.npos) return {};
  return Error{"ID '" + id + "' cannot be part of a topic's name",
               "letters, digits, '.', '_' and '-'"};
}

inline std::vector<std::string> topics_of(const std::string& id) {
  return {id + ".pin", id + ".geo", id + ".user"};
}

}  // namespace pinpipe::kafka
