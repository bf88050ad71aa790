#include <array>
#include <utility>

#include "codec/signalr/hub_message.hpp"

namespace chat {
namespace {

using Member = JsonMember<HubMessage>;
constexpr std::array kMembers{
    Member{"invocationId", &HubMessage::id},     Member{"target", &HubMessage::target},
    Member{"arguments", &HubMessage::arguments}, Member{"streamIds", &HubMessage::streams},
    Member{"item", &HubMessage::item},           Member{"sequenceId", &HubMessage::sequence},
};

}  // namespace

void decode_hub_json(std::string_view payload, std::vector<Request>& out) {
  while (!payload.empty()) {
    const auto end = payload.find(kRecordEnd);
    if (end == std::string_view::npos) return out.push_back(unreadable("a hub message ends with 0x1E"));
    const auto record = payload.substr(0, end);
    if (auto fault = fault_in_json(record, kHubLimits)) return out.push_back(unreadable(std::move(*fault)));
    const JsonView object(record);
    const auto type = object.is(JsonView::Kind::object) ? object.find("type") : std::nullopt;
    const auto number = type ? type->number() : std::nullopt;
    if (!number) return out.push_back(unreadable("a hub message is an object with a type"));
    if (is_hub_type(*number)) {
      HubMessage message{HubType(*number)};
      read_members(object, kMembers, message);
      append_request(message, out);
    }
    payload.remove_prefix(end + 1);
  }
}

}  // namespace chat
