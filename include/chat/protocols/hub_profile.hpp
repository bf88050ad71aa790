#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/core/error.hpp"

/// A profile gives the front end of a SignalR hub its own names and arguments: src/protocols/README.md describes the
/// file.
namespace chat {

/// A value of an event that a call can give to a client.
enum class HubField : std::uint8_t {
  user,
  text,
  connection_id,
  node,
  room,
  epoch,
  offset,
  time,
  sender,
  seq,
  details,
  event,
};

/// One argument of a call: a field, or a text in which fields stand.
struct HubArgument {
  struct Part {
    std::string text;
    std::optional<HubField> field{};  // behind the text
    bool operator==(const Part&) const = default;
  };
  HubField field = HubField::text;
  std::vector<Part> parts{};  // empty: the argument is the field
  bool operator==(const HubArgument&) const = default;
};

/// A call of a client's method.
struct HubCall {
  std::string method;
  std::vector<HubArgument> arguments;
  std::vector<std::string> rooms{};  // patterns; empty: each room
  bool operator==(const HubCall&) const = default;

  bool is_for(std::string_view room) const;
};

/// The pushes beside messages that a profile may leave out. `joined` and `left` are a profile's own: a notice to a room
/// of which a client has become a member by a request, or has left so. Other notices are the application's choice.
enum class HubPush : std::uint8_t {
  presence,
  joined,
  left,
  typing,
  caught_up,
  rewound,
  reset,
  degraded,
  reconnect,
  token_expiring,
  removed,
  failure,
  node,
};
inline constexpr std::size_t kHubPushes = 13;

/// A method that clients call: a request of chat.v1 with its members given in order.
struct HubMethod {
  std::string name;                                         // compared without case, as other hubs do
  std::string request;                                      // its type in chat.v1
  std::vector<std::string> arguments;                       // the member of each; empty: the argument is not used
  std::size_t required = 0;                                 // arguments that a call must have
  std::vector<std::pair<std::string, std::string>> with{};  // members that each call has, as JSON
  bool answers_with_stream = false;
  bool takes_stream = false;
  bool operator==(const HubMethod&) const = default;
};

struct HubProfile {
  std::string room;  // that a client joins when it connects, and for requests that name none
  std::vector<HubMethod> methods;
  std::vector<HubCall> messages;  // the first that names the room of a message carries it
  std::array<std::optional<HubCall>, kHubPushes> pushes;
  bool details_on_request = false;  // `?details=true` adds `details` to the arguments of messages
  bool operator==(const HubProfile&) const = default;

  const std::optional<HubCall>& push(HubPush push) const { return pushes[static_cast<std::size_t>(push)]; }
  /// Null: messages of this room are not for these clients.
  const HubCall* call_for(std::string_view room) const;
};

/// The profile of the hubs at certain paths. Immutable; thread: any.
struct SignalRHub {
  std::vector<std::string> paths;  // compared without case and without a slash at the end
  std::shared_ptr<const HubProfile> profile;
};

/// A profile that the program brings with it: default, tutorial, groups. Null: there is none of this name.
std::shared_ptr<const HubProfile> shipped_profile(std::string_view name);
inline const HubProfile& default_profile() { return *shipped_profile("default"); }

/// Whether `name` is an argument of --signalr-receive: user, message, connectionId, nodeId, room, details.
bool is_receive_field(std::string_view name);
/// The hub of a node without --profiles: `default` at these paths, its messages with these arguments.
std::vector<SignalRHub> default_hubs(std::vector<std::string> paths, const std::vector<std::string>& receive);

/// Profiles of one node at most: each takes ten formats.
inline constexpr std::size_t kMaxHubProfiles = 4;

/// The hubs in the text of a file of --profiles; `source`: its name in errors. Errors: bad_request, with a sentence
/// that names the source, the place in it and the remedy.
Result<std::vector<SignalRHub>> hubs_from_text(std::string_view text, std::string_view source);
Result<std::vector<SignalRHub>> hubs_from_file(const std::string& path);

/// Why a hub cannot be at this path; empty: it can.
std::string fault_in_hub_path(std::string_view path);

}  // namespace chat
