#include "protocols/signalr/profile_shapes.hpp"

namespace chat {

const std::vector<Shape>& hub_requests() {
  static const std::vector<Shape> all{
      {"send", {"room", "user", "text", "seq"}},
      {"join", {"room", "cursor", "history"}},
      {"leave", {"room"}},
      {"history", {"room", "before", "after", "limit"}},
      {"members", {"room"}},
      {"typing", {"room"}},
      {"hello", {"fields", "name", "identity_secret", "producer", "token"}},
      {"refresh", {"token"}},
      {"moderate", {"fields", "room", "user", "action", "seconds", "reason"}},
      {"node", {}},
  };
  return all;
}

const std::vector<std::string>& hub_fields() {
  static const std::vector<std::string> all{"user",   "text", "connectionId", "node", "room",    "epoch",
                                            "offset", "time", "sender",       "seq",  "details", "event"};
  return all;
}

const std::vector<Shape>& hub_events() {
  static const std::vector<Shape> all{
      {"message", hub_fields()},
      {"presence", {"room", "event"}},
      {"joined", {"user", "connectionId", "room"}},
      {"left", {"user", "connectionId", "room"}},
      {"typing", {"user", "connectionId", "room", "event"}},
      {"caught_up", {"room", "event"}},
      {"rewound", {"room", "event"}},
      {"reset", {"room", "event"}},
      {"degraded", {"event"}},
      {"reconnect", {"event"}},
      {"token_expiring", {"event"}},
      {"removed", {"room", "event"}},
      {"failure", {"event"}},
      {"node", {"node", "connectionId", "event"}},
  };
  return all;
}

}  // namespace chat
