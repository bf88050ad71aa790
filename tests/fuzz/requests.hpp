#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "protocols/signalr/request.hpp"

/// A decoder's result for a client's bytes, and the same as a client writes it: to compare, and to write it back.
namespace chat {

/// All that a request says, as JSON.
nlohmann::json describe(const Request& request);
nlohmann::json describe(const HubRequest& request);

/// A request as one object of chat.v1; nothing for a Failure.
std::optional<std::string> to_chat_v1(const Request& request);

/// A request as one hub message of SignalR in JSON, without the mark of its end; nothing for a Failure.
std::optional<std::string> to_hub_json(const HubRequest& request);

/// The same message in MessagePack, behind its length.
std::string to_hub_msgpack(const std::string& hub_json);

}  // namespace chat
