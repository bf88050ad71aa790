#include "chat/hooks/event_source.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/hooks/hook_request.hpp"

namespace chat {
namespace {

/// A message's body adds its object to the nesting of data.
constexpr JsonLimits kBodyLimits{.depth = limits::kJsonDepth + 1, .members = limits::kJsonMembers + 16};

Failure wrong(std::string sentence) { return {ErrorCode::bad_request, std::move(sentence)}; }

std::string value_of(const EventFields& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [name](const auto& field) { return field.first == name; });
  return found == fields.end() ? std::string() : found->second;
}

std::uint64_t number_of(const std::string& digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string text_member(std::optional<JsonView> object, std::string_view name) {
  const auto value = object && object->is(JsonView::Kind::object) ? object->find(name) : std::nullopt;
  return value && value->is(JsonView::Kind::text) ? value->text() : std::string();
}

/// Takes the author, the content, the time and the node from the body of a stored message.
bool read_message(HookRequest& request, const std::string& body) {
  if (check_json(body, kBodyLimits)) return false;
  const JsonView root(body);
  if (!root.is(JsonView::Kind::object)) return false;
  const auto from = root.find("from"), data = root.find("data");
  request.user = {text_member(from, "id"), text_member(from, "name")};
  if (auto text = text_member(root, "text"); !text.empty()) {
    request.content = Content{Content::Kind::text, std::move(text)};
  } else {
    request.content = Content{Content::Kind::data, std::string(data ? data->raw() : "null")};
  }
  request.time = time_of(body);
  request.node = text_member(root, "node");
  return true;
}

}  // namespace

Result<QueuedEvent> to_queued_event(std::string id, const EventFields& fields) {
  const auto event = to_hook_event(value_of(fields, "event"));
  if (!event || is_synchronous(*event)) return wrong("the field event names no event");
  HookRequest request;
  request.event = *event;
  request.time = static_cast<UnixMs>(number_of(value_of(fields, "time")));
  request.node = value_of(fields, "node");
  request.session = value_of(fields, "session");
  request.room = value_of(fields, "room");
  request.reason = value_of(fields, "reason");
  const auto user = value_of(fields, "user");
  request.user.id = user.substr(0, user.find(' '));
  request.user.name = user.substr(std::min(user.size(), request.user.id.size() + 1));
  if (*event == HookEvent::message_posted) {
    request.position = Position{value_of(fields, "epoch"), number_of(value_of(fields, "offset"))};
    if (!read_message(request, value_of(fields, "body"))) return wrong("the field body is no message");
  }
  QueuedEvent queued{std::move(id), *event, has_room(*event) ? request.room : request.user.id, request.room, {}};
  if (queued.key.empty()) return wrong(has_room(*event) ? "the field room is missing" : "the field user is missing");
  queued.body = encode(request);
  return queued;
}

}  // namespace chat
