#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chat/core/error.hpp"

/// The parts that the URLs of all stores have. No sentence repeats a part of the URL: any part may be a password, or a
/// piece of one that needs %XX. Pure.
namespace chat::url_parts {

inline Failure wrong(std::string why) { return {ErrorCode::bad_request, std::move(why)}; }

/// Takes the text before the next `mark` off, and the mark with it.
std::string_view take_until(std::string_view& text, char mark);

/// RFC 3986 §2.1; nullopt: a % without two digits behind it.
std::optional<std::string> percent_decoded(std::string_view text);

struct HostPort {
  std::string host;
  std::string port;
};
/// "host", "host:port", "[IPv6]" or "[IPv6]:port".
Result<HostPort> parse_place(std::string_view text, std::string_view default_port);

struct Credentials {
  std::string user;
  std::string password;
};
/// Takes "user:password@" off, if it is there. `password` is one from elsewhere.
Result<Credentials> take_credentials(std::string_view& text, std::string_view password);

}  // namespace chat::url_parts
