// Makes tokens for MSK, one for each line of tabs, and prints each with its end: for the test that
// compares them with those of Amazon's own signer.
//
//   TIME REGION ACCESS_KEY SECRET_KEY SESSION_TOKEN
#include <iostream>
#include <sstream>

#include "aws/msk_token.h"

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream fields(line);
    std::string time, region, access_key, secret_key, session_token;
    for (auto* field : {&time, &region, &access_key, &secret_key, &session_token})
      std::getline(fields, *field, '\t');
    const auto token =
        pinpipe::aws::msk_token({access_key, secret_key, session_token}, region, std::stoll(time));
    std::cout << token.value << ' ' << token.expires << '\n';
  }
}
