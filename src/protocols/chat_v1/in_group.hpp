#pragma once

#include <concepts>
#include <string>

#include "chat/core/names.hpp"

namespace chat {

/// The event with the name that its room has for clients that name rooms freely (SignalR's groups, Socket.IO's rooms).
template <class E>
E in_group(const E& event) {
  return event;
}
template <class E>
  requires std::same_as<decltype(E::room), std::string>
E in_group(const E& event) {
  E named = event;
  named.room = group_of_room(event.room);
  return named;
}

}  // namespace chat
