#include <utility>

#include "codec/signalr/hub_message.hpp"

namespace chat {
namespace {

using nlohmann::json;

json take(json& array, std::size_t index) { return index < array.size() ? std::move(array[index]) : json(); }

/// Which member stands where, by type.
HubMessage to_message(HubType type, json&& array) {
  HubMessage message;
  message.type = type;
  switch (type) {
    case HubType::invocation:
    case HubType::stream_invocation:
      message.id = take(array, 2);
      message.target = take(array, 3);
      message.arguments = take(array, 4);
      message.streams = take(array, 5);
      break;
    case HubType::stream_item:
      message.id = take(array, 2);
      message.item = take(array, 3);
      break;
    case HubType::completion:
    case HubType::cancel_invocation:
      message.id = take(array, 2);
      break;
    case HubType::ack:
    case HubType::sequence:
      message.sequence = take(array, 1);
      break;
    case HubType::ping:
    case HubType::close:
      break;
  }
  return message;
}

}  // namespace

std::string_view take_hub_msgpack(std::string_view& bytes) {
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 5; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    size |= std::uint64_t{byte & 0x7fU} << (7 * i);
    if (byte & 0x80) continue;
    if (size > bytes.size() - i - 1) return {};
    const auto message = bytes.substr(i + 1, size);
    bytes.remove_prefix(i + 1 + size);
    return message;
  }
  return {};
}

void decode_hub_msgpack(std::string_view payload, std::vector<Request>& out) {
  while (!payload.empty()) {
    const auto message = take_hub_msgpack(payload);
    if (message.empty()) return out.push_back(unreadable("a length that is not that of a message"));
    std::string why;
    auto array = guarded_unpack(message, why, kHubLimits);
    if (!array) return out.push_back(unreadable(std::move(why)));
    if (!array->is_array() || array->empty() || !array->front().is_number_unsigned()) {
      return out.push_back(unreadable("a hub message is an array that begins with a type"));
    }
    const auto type = array->front().get<std::uint64_t>();
    if (type >= 1 && type <= 9) append_request(to_message(HubType(type), std::move(*array)), out);
  }
}

}  // namespace chat
