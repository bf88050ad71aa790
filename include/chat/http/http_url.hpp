#pragma once

#include <string>
#include <string_view>

#include "chat/core/error.hpp"

namespace chat {

/// An address of HTTP: http://host[:port][/path][?query], or https.
struct HttpUrl {
  bool tls = false;
  std::string host;       // without brackets
  std::string port;       // digits
  std::string target;     // path and query
  std::string authority;  // as the Host field has it

  /// Requests of one origin may share a connection.
  std::string origin() const { return (tls ? "https://" : "http://") + host + ' ' + port; }
};

/// Errors: bad_request, with a sentence without its subject ("must begin with http:// or https://").
Result<HttpUrl> parse_http_url(std::string_view text);

}  // namespace chat
