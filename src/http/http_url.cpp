#include "chat/http/http_url.hpp"

#include <algorithm>
#include <charconv>

namespace chat {
namespace {

constexpr std::size_t kMaxUrlBytes = 2048;

bool is_url_letter(char c) { return c > ' ' && c < '\x7f' && c != '\\' && c != '"' && c != '<' && c != '>'; }

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failed == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

Failure fault(const char* sentence) { return {ErrorCode::bad_request, sentence}; }

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view text) {
  constexpr std::string_view kHttps = "https://";
  constexpr std::string_view kHttp = "http://";
  HttpUrl url;
  url.tls = text.starts_with(kHttps);
  if (!url.tls && !text.starts_with(kHttp)) return fault("must begin with http:// or https://");
  if (text.size() > kMaxUrlBytes) return fault("has more than 2048 bytes");
  text.remove_prefix(url.tls ? kHttps.size() : kHttp.size());
  if (!std::all_of(text.begin(), text.end(), is_url_letter)) return fault("has blanks or letters that no URL has");
  if (text.find_first_of("@#") != std::string_view::npos) return fault("may not have a user, a password or a fragment");
  const auto path = std::min(text.find_first_of("/?"), text.size());
  url.authority = text.substr(0, path);
  url.target = text.substr(path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  std::string_view rest = url.authority;
  const bool is_ipv6 = rest.starts_with('[');
  const auto end = is_ipv6 ? rest.find(']') : std::min(rest.find(':'), rest.size());
  if (end == std::string_view::npos) return fault("has an address with an open bracket");
  url.host = rest.substr(is_ipv6 ? 1 : 0, end - (is_ipv6 ? 1 : 0));
  rest.remove_prefix(is_ipv6 ? end + 1 : end);
  if (url.host.empty()) return fault("has no host");
  url.port = url.tls ? "443" : "80";
  if (!rest.empty()) {
    if (!rest.starts_with(':') || !is_port(rest.substr(1))) {
      return fault("has a port that is no number from 1 to 65535");
    }
    url.port = rest.substr(1);
  }
  return url;
}

}  // namespace chat
