// The profiles that are here by name, as they would stand in a file.
#include <algorithm>
#include <map>

#include "chat/base/assert.hpp"
#include "chat/codec/json/json_view.hpp"
#include "protocols/signalr/profile_reader.hpp"

namespace chat {
namespace {

/// The hub of this cluster.
constexpr std::string_view kDefault = R"({
  "room": "lobby",
  "details_on_request": true,
  "methods": {
    "SendMessage": {"request": "send", "arguments": ["user", "text"]},
    "SendToRoom": {"request": "send", "arguments": ["room", "user", "text", "seq?"]},
    "UploadMessages": {"request": "send", "arguments": ["room", "user?"], "stream": "in"},
    "JoinRoom": {"request": "join", "arguments": ["room", "cursor?"]},
    "LeaveRoom": {"request": "leave", "arguments": ["room"]},
    "History": {"request": "history", "arguments": ["room", "before?", "limit?"]},
    "StreamHistory": {"request": "history", "arguments": ["room", "after?"], "stream": "out"},
    "Members": {"request": "members", "arguments": ["room"]},
    "Typing": {"request": "typing", "arguments": ["room"]},
    "Hello": {"request": "hello", "arguments": ["fields?"]},
    "GetNodeInfo": {"request": "node"},
    "Moderate": {"request": "moderate", "arguments": ["fields"]},
    "Refresh": {"request": "refresh", "arguments": ["token"]}
  },
  "calls": {
    "message": {"method": "ReceiveMessage", "arguments": ["user", "text", "connectionId", "node"]},
    "presence": {"method": "PresenceChanged", "arguments": ["event"]},
    "typing": {"method": "Typing", "arguments": ["event"]},
    "caught_up": {"method": "CaughtUp", "arguments": ["event"]},
    "rewound": {"method": "Rewound", "arguments": ["event"]},
    "reset": {"method": "Reset", "arguments": ["event"]},
    "degraded": {"method": "Degraded", "arguments": ["event"]},
    "reconnect": {"method": "Reconnect", "arguments": ["event"]},
    "token_expiring": {"method": "TokenExpiring", "arguments": ["event"]},
    "removed": {"method": "Removed", "arguments": ["event"]},
    "failure": {"method": "Failure", "arguments": ["event"]},
    "node": {"method": "NodeInfo", "arguments": ["node", "connectionId"]}
  }
})";

/// Microsoft's tutorial "Get started with ASP.NET Core SignalR".
constexpr std::string_view kTutorial = R"({
  "methods": {
    "SendMessage": {"request": "send", "arguments": ["user", "text"]}
  },
  "calls": {
    "message": {"method": "ReceiveMessage", "arguments": ["user", "text"]}
  }
})";

/// The sample of Microsoft's page "Manage users and groups in SignalR".
constexpr std::string_view kGroups = R"({
  "methods": {
    "SendMessage": {"request": "send", "arguments": ["user", "text"]},
    "AddToGroup": {"request": "join", "arguments": ["room"], "with": {"history": 0}},
    "RemoveFromGroup": {"request": "leave", "arguments": ["room"]},
    "SendMessageToGroup": {"request": "send", "arguments": ["room", "text"]}
  },
  "calls": {
    "message": [
      {"rooms": ["lobby"], "method": "ReceiveMessage", "arguments": ["user", "text"]},
      {"method": "Send", "arguments": ["{connectionId}: {text}"]}
    ],
    "joined": {"method": "Send", "arguments": ["{connectionId} has joined the group {room}."]},
    "left": {"method": "Send", "arguments": ["{connectionId} has left the group {room}."]}
  }
})";

std::shared_ptr<const HubProfile> read(std::string_view text) {
  ProfileReader reader("shipped");
  auto profile = std::make_shared<const HubProfile>(reader.read(JsonView(text)));
  CHAT_ASSERT(reader.fault().empty());
  return profile;
}

/// As --signalr-receive calls them.
constexpr std::pair<std::string_view, HubField> kReceiveFields[] = {
    {"user", HubField::user},   {"message", HubField::text}, {"connectionId", HubField::connection_id},
    {"nodeId", HubField::node}, {"room", HubField::room},    {"details", HubField::details},
};

const std::pair<std::string_view, HubField>* receive_field(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kReceiveFields), std::end(kReceiveFields),
                                         [name](const auto& field) { return field.first == name; });
  return found == std::end(kReceiveFields) ? nullptr : found;
}

}  // namespace

std::shared_ptr<const HubProfile> shipped_profile(std::string_view name) {
  static const std::map<std::string_view, std::shared_ptr<const HubProfile>> all{
      {"default", read(kDefault)}, {"tutorial", read(kTutorial)}, {"groups", read(kGroups)}};
  const auto found = all.find(name);
  return found == all.end() ? nullptr : found->second;
}

bool is_receive_field(std::string_view name) { return receive_field(name) != nullptr; }

std::vector<SignalRHub> default_hubs(std::vector<std::string> paths, const std::vector<std::string>& receive) {
  auto profile = std::make_shared<HubProfile>(default_profile());
  profile->messages.front().arguments.clear();
  for (const auto& name : receive) profile->messages.front().arguments.push_back({receive_field(name)->second});
  return {{std::move(paths), std::move(profile)}};
}

}  // namespace chat
