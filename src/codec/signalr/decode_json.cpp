#include <utility>

#include "codec/signalr/hub_message.hpp"

namespace chat {
namespace {

using nlohmann::json;

json take(json& object, const char* name) {
  const auto place = object.find(name);
  return place == object.end() ? json() : std::move(*place);
}

}  // namespace

void decode_hub_json(std::string_view payload, std::vector<Request>& out) {
  while (!payload.empty()) {
    const auto end = payload.find(kRecordEnd);
    if (end == std::string_view::npos) return out.push_back(unreadable("a hub message ends with 0x1E"));
    std::string why;
    auto record = guarded_parse(payload.substr(0, end), why, kHubLimits);
    if (!record) return out.push_back(unreadable(std::move(why)));
    const json number = record->is_object() ? take(*record, "type") : json();
    if (!number.is_number_unsigned()) return out.push_back(unreadable("a hub message is an object with a type"));
    const auto type = number.get<std::uint64_t>();
    if (type >= 1 && type <= 9) {
      append_request({HubType(type), take(*record, "invocationId"), take(*record, "target"), take(*record, "arguments"),
                      take(*record, "streamIds"), take(*record, "item"), take(*record, "sequenceId")},
                     out);
    }
    payload.remove_prefix(end + 1);
  }
}

}  // namespace chat
