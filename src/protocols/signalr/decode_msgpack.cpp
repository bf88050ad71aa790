#include <utility>

#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/msgpack_to_json.hpp"

namespace chat {
namespace {

constexpr std::uint64_t kResultIsError = 1, kResultIsValue = 3;  // kinds of a completion

/// Which member stands where, by type.
HubMessage to_message(HubType type, const std::vector<JsonView>& parts) {
  const auto at = [&parts](std::size_t index) {
    return index < parts.size() ? std::optional(parts[index]) : std::nullopt;
  };
  HubMessage message{type};
  switch (type) {
    case HubType::invocation:
    case HubType::stream_invocation:
      message.id = at(2);
      message.target = at(3);
      message.arguments = at(4);
      message.streams = at(5);
      break;
    case HubType::stream_item:
      message.id = at(2);
      message.item = at(3);
      break;
    case HubType::completion:
      message.id = at(2);
      if (const auto kind = at(3); kind && kind->number() == kResultIsError) {
        message.error = at(4);
      } else if (kind && kind->number() == kResultIsValue) {
        message.result = at(4);
      }
      break;
    case HubType::cancel_invocation:
      message.id = at(2);
      break;
    case HubType::ack:
    case HubType::sequence:
      message.sequence = at(1);
      break;
    case HubType::ping:
    case HubType::close:
      break;
  }
  return message;
}

void decode_message(std::string_view message, const HubProfile& profile, std::vector<HubRequest>& out) {
  auto [text, failure] = msgpack_to_json(message);
  auto fault = check_json(text, kHubLimits);
  if (!failure && fault) failure = Failure{ErrorCode::bad_request, std::move(fault->why)};
  std::vector<JsonView> parts;
  JsonView(text).for_each_item([&parts](JsonView part) { parts.push_back(part); });
  const auto type = parts.empty() ? std::nullopt : parts.front().number();
  if (!type) {
    const std::string why = failure ? std::move(failure->message) : "a hub message begins with a type";
    return out.push_back(unreadable(why));
  }
  if (!is_hub_type(*type)) return;
  HubMessage hub_message = to_message(HubType(*type), parts);
  hub_message.fault = std::move(failure);
  append_request(hub_message, profile, out);
}

}  // namespace

std::optional<std::string_view> take_hub_msgpack(std::string_view& bytes) {
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 5; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    size |= std::uint64_t{byte & 0x7fU} << (7 * i);
    if (byte & 0x80) continue;
    if (size > bytes.size() - i - 1) return std::nullopt;
    const auto message = bytes.substr(i + 1, size);
    bytes.remove_prefix(i + 1 + size);
    return message;
  }
  if (bytes.size() < 5) return std::nullopt;
  bytes = {};
  return bytes;
}

void decode_hub_msgpack(std::string_view payload, const HubProfile& profile, std::vector<HubRequest>& out) {
  while (!payload.empty()) {
    const auto message = take_hub_msgpack(payload);
    if (!message || message->empty()) return out.push_back(unreadable("a length that is not that of a message"));
    decode_message(*message, profile, out);
  }
}

}  // namespace chat
