#include "backplane/url_parts.hpp"

#include <charconv>

namespace chat::url_parts {

std::string_view take_until(std::string_view& text, char mark) {
  const auto end = text.find(mark);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto [after, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc{} || digits.size() < 2 || after != digits.data() + 2) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

Result<HostPort> parse_place(std::string_view text, std::string_view default_port) {
  HostPort place{{}, std::string(default_port)};
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end < 2) return wrong("an IPv6 address stands in brackets: [::1]");
    place.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (!text.empty() && text.front() != ':') return wrong("only :port may follow the address in brackets");
  } else {
    place.host = text.substr(0, text.find(':'));
    text.remove_prefix(place.host.size());
  }
  if (place.host.empty()) return wrong("the host is missing");
  if (text.empty()) return place;
  place.port = text.substr(1);
  unsigned port = 0;
  const char* const end = place.port.data() + place.port.size();
  const auto [after, error] = std::from_chars(place.port.data(), end, port);
  if (error != std::errc{} || after != end || port == 0 || port > 65535) {
    return wrong("the port is a number from 1 to 65535 (an @, / or ? in a password must be written %40, %2F, %3F)");
  }
  return place;
}

Result<Credentials> take_credentials(std::string_view& text, std::string_view password) {
  Credentials found;
  const auto at = text.rfind('@');
  if (at != std::string_view::npos) {
    auto written = text.substr(0, at);
    const auto user = percent_decoded(take_until(written, ':'));
    const auto own = percent_decoded(written);
    if (!user || !own) return wrong("a % in user or password begins two hexadecimal digits; a % itself is %25");
    found = {*user, *own};
    text.remove_prefix(at + 1);
  }
  if (!password.empty() && !found.password.empty()) return wrong("there is a password in the URL and one beside it");
  if (!password.empty()) found.password = password;
  return found;
}

}  // namespace chat::url_parts
