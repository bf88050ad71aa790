#include "transport/http/turn_away.hpp"

#include <sys/socket.h>

namespace chat {

bool send_at_once(const Descriptor& socket, const std::string& bytes) {
  const auto sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(bytes.size());
}

void turn_away(const Descriptor& socket, HttpResponse response) {
  response.keep_alive(false);
  response.prepare_payload();
  send_at_once(socket, head_of(response) + response.body());
  ::shutdown(socket.get(), SHUT_WR);
}

}  // namespace chat
