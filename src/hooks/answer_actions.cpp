// The actions in the answer to a call.
#include <array>
#include <utility>

#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "chat/core/notice.hpp"
#include "chat/hooks/hook_answers.hpp"
#include "hooks/answer_reader.hpp"

namespace chat {
namespace {

constexpr std::size_t kTargetBytes = 128;

constexpr std::array<std::string_view, 3> kTargets{"users", "sessions", "rooms"};

bool is_object(AnswerReader& in, const std::string& place, JsonView value) {
  if (!value.is(JsonView::Kind::object)) in.fail(place, "must be an object");
  return in.good();
}

void read_targets(AnswerReader& in, const std::string& place, JsonView list, HookNotification& notification) {
  if (!list.is(JsonView::Kind::array)) return in.fail(place, "must be a list of texts");
  list.for_each_item([&](JsonView item) {
    if (notification.names.size() == kHookTargets) in.fail(place, "has more than 256 entries");
    if (in.good()) notification.names.push_back(in.text(place, item, kTargetBytes));
    if (in.good() && notification.target == HookNotification::Target::rooms &&
        !is_room_name(notification.names.back())) {
      in.fail(place, "has an entry that is no name of a room");
    }
  });
  if (notification.names.empty()) in.fail(place, "is empty");
}

}  // namespace

HookPublication read_publication(AnswerReader& in, const std::string& place, JsonView value) {
  HookPublication publication;
  if (!is_object(in, place, value)) return publication;
  in.expect_members<4>(place, value, {"room", "text", "data", "name"});
  const auto room = value.find("room");
  publication.room = room && room->is(JsonView::Kind::text) ? room->text() : std::string();
  if (!is_room_name(publication.room)) in.fail(place + ".room", "must be the name of a room");
  publication.content = in.content(place, value);
  if (const auto name = value.find("name")) {
    auto written = name->is(JsonView::Kind::text) ? to_user_name(name->text()) : std::nullopt;
    if (!written) in.fail(place + ".name", "must be a visible name of 1 to 64 bytes");
    publication.name = std::move(written).value_or("");
  }
  return publication;
}

HookNotification read_notification(AnswerReader& in, const std::string& place, JsonView value) {
  HookNotification notification;
  if (!is_object(in, place, value)) return notification;
  in.expect_members<6>(place, value, {"users", "sessions", "rooms", "event", "data", "except"});
  std::size_t kinds = 0;
  for (std::size_t i = 0; i < kTargets.size(); ++i) {
    const auto list = value.find(kTargets[i]);
    if (!list) continue;
    if (++kinds > 1) break;
    notification.target = static_cast<HookNotification::Target>(i);
    read_targets(in, place + '.' + std::string(kTargets[i]), *list, notification);
  }
  if (kinds != 1) in.fail(place, "must have one of users, sessions and rooms");
  const auto event = value.find("event");
  if (!event) in.fail(place + ".event", "is missing");
  notification.event = event && event->is(JsonView::Kind::text) ? event->text() : std::string();
  if (!is_notice_name(notification.event)) {
    in.fail(place + ".event", "is 1 to 64 bytes without control characters");
  }
  if (const auto except = value.find("except")) {
    notification.except = in.text(place + ".except", *except, kTargetBytes);
    if (notification.target != HookNotification::Target::rooms) in.fail(place + ".except", "is for rooms");
  }
  const auto data = value.find("data");
  data ? void(notification.data = in.json(place + ".data", *data, limits::kClientMessageBytes))
       : in.fail(place + ".data", "is missing");
  return notification;
}

}  // namespace chat
