// Signs requests, one a line of tabs, and prints the headers that each then has, a line each, a
// blank line behind them: for the test that compares our signer with botocore's.
//
//   TIME SERVICE REGION ACCESS_KEY SECRET_KEY TOKEN METHOD URL BODY [NAME: VALUE …]
#include <iostream>
#include <sstream>

#include "aws/sigv4.h"

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream fields(line);
    std::string time, service, region, access_key, secret_key, token, method, url, body;
    for (auto* field :
         {&time, &service, &region, &access_key, &secret_key, &token, &method, &url, &body})
      std::getline(fields, *field, '\t');
    std::vector<std::string> headers;
    for (std::string header; std::getline(fields, header, '\t');) headers.push_back(header);
    pinpipe::aws::sign({method, url, headers, body}, {access_key, secret_key, token},
                       {service, region}, std::stoll(time));
    for (const auto& header : headers) std::cout << header << '\n';
    std::cout << '\n';
  }
}
