// A profile in the two files of the AWS tools.
#pragma once

#include <map>
#include <string>

#include "aws/credentials.h"

namespace pinpipe::aws {

struct Profile {
  /// The one of AWS_PROFILE, else `default`.
  explicit Profile(const Environment& environment);

  /// A setting; "" where it has none.
  std::string value(const std::string& key) const;

  std::string name;
  bool named = false;         ///< by AWS_PROFILE
  bool exists = false;        ///< in either file
  bool has_own_keys = false;  ///< in the file of credentials

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace pinpipe::aws
