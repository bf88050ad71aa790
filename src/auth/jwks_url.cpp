#include "auth/jwks_url.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace chat {
namespace {

bool is_url_letter(char c) { return c > ' ' && c < '\x7f' && c != '\\' && c != '"' && c != '<' && c != '>'; }

/// A name or an address of this machine itself.
bool is_loopback(const std::string& host) {
  boost::system::error_code is_name;
  const auto address = boost::asio::ip::make_address(host, is_name);
  return is_name ? host == "localhost" : address.is_loopback();
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failed == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

}  // namespace

std::variant<JwksUrl, std::string> parse_jwks_url(std::string_view text) {
  constexpr std::string_view kHttps = "https://";
  constexpr std::string_view kHttp = "http://";
  JwksUrl url;
  url.tls = text.starts_with(kHttps);
  if (!url.tls && !text.starts_with(kHttp)) return "must begin with https://";
  text.remove_prefix(url.tls ? kHttps.size() : kHttp.size());
  if (text.size() > 2048 || !std::all_of(text.begin(), text.end(), is_url_letter)) return "has blanks or is too long";
  if (text.find_first_of("@#") != std::string_view::npos) return "may not have a user, a password or a fragment";
  const auto path = std::min(text.find_first_of("/?"), text.size());
  url.authority = text.substr(0, path);
  url.target = text.substr(path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  std::string_view rest = url.authority;
  const bool is_ipv6 = rest.starts_with('[');
  const auto end = is_ipv6 ? rest.find(']') : std::min(rest.find(':'), rest.size());
  if (end == std::string_view::npos) return "has an address with an open bracket";
  url.host = rest.substr(is_ipv6 ? 1 : 0, end - (is_ipv6 ? 1 : 0));
  rest.remove_prefix(is_ipv6 ? end + 1 : end);
  if (url.host.empty()) return "has no host";
  url.port = url.tls ? "443" : "80";
  if (!rest.empty()) {
    if (!rest.starts_with(':') || !is_port(rest.substr(1))) return "has a port that is no number from 1 to 65535";
    url.port = rest.substr(1);
  }
  if (!url.tls && !is_loopback(url.host)) return "must begin with https:// (http:// only for this machine itself)";
  return url;
}

}  // namespace chat
