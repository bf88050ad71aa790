#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace chat {

/// Where a JWK Set is: https://host[:port]/path[?query], or http:// if the host is this machine.
struct JwksUrl {
  bool tls = true;
  std::string host;       // without brackets
  std::string port;       // digits
  std::string target;     // path and query
  std::string authority;  // as the Host field has it
};

/// The parts, or a sentence that says what is wrong.
std::variant<JwksUrl, std::string> parse_jwks_url(std::string_view text);

}  // namespace chat
