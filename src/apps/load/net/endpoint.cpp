#include <netdb.h>
#include <netinet/in.h>

#include <fmt/format.h>

#include <cstring>
#include <memory>
#include <stdexcept>

#include "apps/load/net/connection.hpp"

namespace chat::load {

Endpoint resolve(const std::string& url) {
  constexpr std::string_view kScheme = "ws://";
  if (!url.starts_with(kScheme)) {
    throw std::runtime_error(fmt::format("--url {}: must start with ws:// (TLS ends before the nodes)", url));
  }
  const std::string rest = url.substr(kScheme.size());
  const auto slash = rest.find('/');
  Endpoint endpoint;
  endpoint.host = rest.substr(0, slash);
  if (slash != std::string::npos) endpoint.path = rest.substr(slash);

  std::string name = endpoint.host;
  std::string port = "80";
  if (const auto colon = name.rfind(':'); colon != std::string::npos && name.find(']', colon) == std::string::npos) {
    port = name.substr(colon + 1);
    name.resize(colon);
  }
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(name.c_str(), port.c_str(), &hints, &found);
  if (failure != 0) throw std::runtime_error(fmt::format("--url {}: {}", url, gai_strerror(failure)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  std::memcpy(&endpoint.address, found->ai_addr, found->ai_addrlen);
  endpoint.address_size = found->ai_addrlen;
  if (found->ai_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(endpoint.address);
    endpoint.is_loopback_v4 = ntohl(v4.sin_addr.s_addr) >> 24 == 127;
  }
  return endpoint;
}

}  // namespace chat::load
