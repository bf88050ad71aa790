#include <array>
#include <utility>

#include "protocols/signalr/hub_message.hpp"

namespace chat {
namespace {

using HubMember = JsonMember<HubMessage>;
constexpr std::array kMembers{
    HubMember{"invocationId", &HubMessage::id},     HubMember{"target", &HubMessage::target},
    HubMember{"arguments", &HubMessage::arguments}, HubMember{"streamIds", &HubMessage::streams},
    HubMember{"item", &HubMessage::item},           HubMember{"sequenceId", &HubMessage::sequence},
    HubMember{"error", &HubMessage::error},         HubMember{"result", &HubMessage::result},
};

void decode_record(std::string_view record, const HubProfile& profile, std::vector<HubRequest>& out) {
  auto fault = check_json(record, kHubLimits);
  if (fault && !fault->is_readable) return out.push_back(unreadable(std::move(fault->why)));
  const JsonView object(record);
  const auto type = object.is(JsonView::Kind::object) ? object.find("type") : std::nullopt;
  const auto number = type ? type->number() : std::nullopt;
  if (!number) return out.push_back(unreadable("a hub message is an object with a type"));
  if (!is_hub_type(*number)) return;
  HubMessage message{HubType(*number)};
  read_members(object, kMembers, message);
  if (fault) message.fault = Failure{ErrorCode::bad_request, std::move(fault->why)};
  append_request(message, profile, out);
}

}  // namespace

std::optional<std::string_view> take_hub_json(std::string_view& bytes) {
  const auto end = bytes.find(kRecordEnd);
  if (end == std::string_view::npos) return std::nullopt;
  const auto record = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return record;
}

void decode_hub_json(std::string_view payload, const HubProfile& profile, std::vector<HubRequest>& out) {
  while (!payload.empty()) {
    const auto record = take_hub_json(payload);
    if (!record) return out.push_back(unreadable("a hub message ends with 0x1E"));
    decode_record(*record, profile, out);
  }
}

}  // namespace chat
