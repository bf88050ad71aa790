#include "chat/transport/http/on_this_machine.hpp"

#include <algorithm>
#include <string>

#include "chat/transport/http/origin.hpp"

namespace chat {
namespace {

namespace ip = boost::asio::ip;
namespace http = boost::beast::http;

bool is_loopback(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).is_loopback();
  }
  return address.is_loopback();
}

bool is_loopback(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return false;
  text = text.substr(first, text.find_last_not_of(" \t") + 1 - first);
  boost::system::error_code none;
  const auto address = ip::make_address(std::string(text), none);
  return !none && is_loopback(address);
}

bool is_loopback_name(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end != std::string_view::npos && is_loopback(host.substr(1, end - 1));
  }
  host = host.substr(0, host.rfind(':'));
  return host == "localhost" || is_loopback(host);
}

/// Each address in each of these fields.
bool all_loopback(const HttpRequest& request, boost::beast::string_view name) {
  const auto [begin, end] = request.equal_range(name);
  return std::all_of(begin, end, [](const auto& field) {
    std::string_view hops(field.value().data(), field.value().size());
    for (;;) {
      const auto comma = hops.find(',');
      if (!is_loopback(hops.substr(0, comma))) return false;
      if (comma == std::string_view::npos) return true;
      hops.remove_prefix(comma + 1);
    }
  });
}

}  // namespace

bool is_on_this_machine(const HttpRequest& request, const ip::address& client) {
  if (!is_loopback(client)) return false;
  const auto host = request[http::field::host];
  if (!is_loopback_name({host.data(), host.size()})) return false;
  if (!is_origin_allowed(request, {}) || request.count("Forwarded") != 0) return false;
  return all_loopback(request, "X-Forwarded-For") && all_loopback(request, "X-Real-IP");
}

}  // namespace chat
