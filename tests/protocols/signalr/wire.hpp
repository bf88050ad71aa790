#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

/// chat.v1's objects as a SignalR client sends them, and its received calls as chat.v1's objects, in both encodings.
namespace chat {

struct Invocation {
  nlohmann::json target;
  nlohmann::json arguments;
};

inline Invocation hub_call(const nlohmann::json& request) {
  const auto at = [&](const char* name) { return request.value(name, nlohmann::json()); };
  const std::string type = request.value("type", "");
  const auto content = request.contains("text") ? at("text") : at("data");
  if (type == "hello") return {"Hello", {request}};
  if (type == "join") return {"JoinRoom", {at("room"), at("cursor")}};
  if (type == "send") return {"SendToRoom", {at("room"), at("name"), content, at("seq")}};
  if (type == "history") return {"History", {at("room"), at("before"), at("limit")}};
  if (type == "members") return {"Members", {at("room")}};
  if (type == "typing") return {"Typing", {at("room")}};
  if (type == "leave") return {"LeaveRoom", {at("room")}};
  if (type == "node") return {"GetNodeInfo", nlohmann::json::array()};
  return {type.empty() ? nlohmann::json() : nlohmann::json(type), nlohmann::json::array()};
}

template <class Pack>
std::string pack_each(std::string_view text, Pack pack) {
  const auto requests = nlohmann::json::parse(text);
  if (!requests.is_array()) return pack(requests);
  std::string out;
  for (const auto& request : requests) out += pack(request);
  return out;
}

inline std::string with_length(const nlohmann::json& message) {
  const auto bytes = nlohmann::json::to_msgpack(message);
  std::string out;
  std::size_t size = bytes.size();
  for (; size >= 0x80; size >>= 7) out += static_cast<char>((size & 0x7f) | 0x80);
  out += static_cast<char>(size);
  return out.append(bytes.begin(), bytes.end());
}

inline std::string pack_hub_json(std::string_view text) {
  return pack_each(text, [](const nlohmann::json& request) {
    auto [target, arguments] = hub_call(request);
    nlohmann::json message{{"type", 1}, {"target", target}, {"arguments", arguments}};
    if (request.contains("id")) message["invocationId"] = request["id"].dump();
    return message.dump() + '\x1e';
  });
}

inline std::string pack_hub_msgpack(std::string_view text) {
  return pack_each(text, [](const nlohmann::json& request) {
    auto [target, arguments] = hub_call(request);
    const auto id = request.contains("id") ? nlohmann::json(request["id"].dump()) : nlohmann::json();
    return with_length(
        nlohmann::json::array({1, nlohmann::json::object(), id, target, arguments, nlohmann::json::array()}));
  });
}

inline std::string to_chat_v1(nlohmann::json result, const nlohmann::json& id) {
  if (!id.is_null()) result["id"] = nlohmann::json::parse(id.get<std::string>());
  return result.dump();
}

/// The first of the messages.
inline std::string unpack_hub_json(std::string_view bytes) {
  const auto message = nlohmann::json::parse(bytes.substr(0, bytes.find('\x1e')));
  return to_chat_v1(message.value("result", nlohmann::json::object()), message.value("invocationId", nlohmann::json()));
}

inline std::string unpack_hub_msgpack(std::string_view bytes) {
  std::size_t size = 0, head = 0;
  do size |= static_cast<std::size_t>(bytes[head] & 0x7f) << (7 * head);
  while (static_cast<std::uint8_t>(bytes[head++]) >= 0x80);
  const auto message = nlohmann::json::from_msgpack(bytes.substr(head, size));
  if (message.at(0) != 3) return "{}";
  return to_chat_v1(message.size() > 4 ? message.at(4) : nlohmann::json::object(), message.at(2));
}

}  // namespace chat
