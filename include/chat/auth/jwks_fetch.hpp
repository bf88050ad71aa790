#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>

#include "chat/base/clock.hpp"

namespace chat {

struct JwksSource {
  std::string url;      // https://host[:port]/path; http:// only for loopback. From the settings, never from a token
  std::string ca_file;  // PEM of the authority that signed the server's certificate; empty: the system's
};

/// Returns the fault of a URL, as a sentence without its subject ("must begin with https://"); nullopt: none.
std::optional<std::string> check_jwks_url(const std::string& url);

struct JwksAnswer {
  std::string body;                // at most 256 KiB
  std::optional<Seconds> max_age;  // of Cache-Control
  std::string error;               // a sentence; empty: the body is that of a 200
};

/// One GET. Calls `done` once, within 5 s of name resolution, connection, TLS and answer together; before it returns if
/// the source itself cannot be used. The certificate must be valid for the host (RFC 9525). Redirects are not followed.
/// Thread: the loop's. Owner: itself, until `done` has returned.
void fetch_jwks(boost::asio::io_context& loop, const JwksSource& source, std::function<void(JwksAnswer)> done);

}  // namespace chat
