#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/message.hpp"
#include "chat/core/names.hpp"
#include "chat/core/position.hpp"
#include "chat/hooks/hook_event.hpp"

namespace chat {

/// The facts that the cluster tells the application. An empty member is left out of the body.
struct HookRequest {
  HookEvent event = HookEvent::connect;
  UnixMs time = 0;
  std::string node{};     // id of the node that tells
  std::string session{};  // id of the client's session
  User user{};            // of the session; without an id: left out
  std::string address{};  // of the client
  std::string room{};
  std::optional<Content> content{};    // of message, message_posted
  std::optional<Position> position{};  // of message_posted
  std::string method{};                // of call
  std::string arguments{};             // of call: JSON
  std::string page{};                  // of call: `next` of the page before
  std::string reason{};                // of disconnected: why
  // of connect: marks by which the application recognises the user
  std::string protocol{};
  std::string path{};
  std::string query{};
  std::string claims{};                                        // of the user's token: JSON
  std::vector<std::pair<std::string, std::string>> headers{};  // those that the node passes on; names in lower case
};

/// The body without its delivery id: {"event":"join","time":…,…}. So it may wait in a queue that gives ids.
std::string encode(const HookRequest& request);

/// The body as it is sent: {"delivery":"…","event":"join",…}.
std::string with_delivery(std::string_view body, std::string_view delivery);

}  // namespace chat
