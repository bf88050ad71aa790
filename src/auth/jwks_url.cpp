#include "auth/jwks_url.hpp"

#include <boost/asio/ip/address.hpp>
#include <string>

namespace chat {
namespace {

/// A name or an address of this machine itself.
bool is_loopback(const std::string& host) {
  boost::system::error_code is_name;
  const auto address = boost::asio::ip::make_address(host, is_name);
  return is_name ? host == "localhost" : address.is_loopback();
}

}  // namespace

Result<HttpUrl> parse_jwks_url(std::string_view text) {
  auto url = parse_http_url(text);
  if (url && !url->tls && !is_loopback(url->host)) {
    return Failure{ErrorCode::bad_request, "must begin with https:// (http:// only for this machine itself)"};
  }
  return url;
}

}  // namespace chat
