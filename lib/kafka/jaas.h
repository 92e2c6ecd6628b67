// A login module with its options, as a line sasl.jaas.config of Java's has it:
//
//   software.amazon.msk.auth.iam.IAMLoginModule required awsRoleArn="arn:…" awsDebugCreds=true;
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace pinpipe::kafka {

struct LoginModule {
  std::string name;
  /// Values may be secret, and for no message; the last of a name counts.
  std::vector<std::pair<std::string, std::string>> options;
};

/// Reads what Java reads of a line in a file of properties, where each backslash goes, and those in
/// quotations once more. Values are in quotations of either kind, or have neither blank nor ';'.
/// Errors: no class, no control flag, an option without =, no ';' at the end, more than one module.
Result<LoginModule> parse_login_module(std::string_view text);

}  // namespace pinpipe::kafka
