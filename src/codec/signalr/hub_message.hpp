#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/command.hpp"
#include "codec/signalr/guarded_parse.hpp"

namespace chat {

/// Types of hub messages (HubProtocol.md).
enum class HubType : std::uint8_t {
  invocation = 1,
  stream_item = 2,
  completion = 3,
  stream_invocation = 4,
  cancel_invocation = 5,
  ping = 6,
  close = 7,
  ack = 8,
  sequence = 9,
};

/// One message of a client's, whichever encoding it came in. What its type does not have is empty.
struct HubMessage {
  HubType type{};
  nlohmann::json id;         // text, or null
  nlohmann::json target;     // text
  nlohmann::json arguments;  // array
  nlohmann::json streams;    // array of texts, or null
  nlohmann::json item;
  nlohmann::json sequence;  // number
};

/// Room for chat.v1's largest document inside a message's own array or object.
inline constexpr ParseLimits kHubLimits{limits::kJsonDepth + 1, limits::kJsonMembers + 16};

/// 0x1E, the end of a record of JSON.
inline constexpr char kRecordEnd = '\x1e';

/// Appends what a message asks for: one request, but none for a ping and for types that are not known here.
void append_request(HubMessage&& message, std::vector<Request>& out);

/// All that cannot be read ends the payload: there is no telling where the next message begins.
Request unreadable(std::string why);

void decode_hub_json(std::string_view payload, std::vector<Request>& out);
void decode_hub_msgpack(std::string_view payload, std::vector<Request>& out);

/// The beginning of `bytes` as one MessagePack message with its length; empty: there is none. Takes it off.
std::string_view take_hub_msgpack(std::string_view& bytes);

}  // namespace chat
