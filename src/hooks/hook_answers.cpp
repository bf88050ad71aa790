#include "chat/hooks/hook_answers.hpp"

#include <utility>

#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "hooks/answer_reader.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

constexpr std::size_t kUserIdBytes = 64;
constexpr std::size_t kInfoBytes = 1024;
constexpr std::size_t kMaxGrants = 64;
constexpr std::uint64_t kYear1973 = 100'000'000'000;  // in ms; as seconds the year 5138
constexpr std::uint64_t kYear9999 = 253'402'300'799'000;

/// The fields of an answer, if it has no fault.
template <class Answer>
Result<Answer> outcome(const AnswerReader& in, Answer answer) {
  if (!in.good()) return in.failure();
  return answer;
}

/// Reads `deny`, which stands alone, or with `companion`.
void read_deny(AnswerReader& in, JsonView root, std::optional<std::string>& deny, std::string_view companion = "deny") {
  const auto value = root.find("deny");
  if (!value) return;
  deny = in.reason("deny", *value);
  root.for_each_member([&](std::string_view key, JsonView) {
    const JsonView name(key);
    if (!name.equals("deny") && !name.equals(companion)) in.fail("deny", "must stand alone");
  });
}

unsigned read_status(AnswerReader& in, JsonView value) {
  const auto number = value.is(Kind::integer) ? value.number() : std::nullopt;
  if (number && *number >= 400 && *number <= 499) return static_cast<unsigned>(*number);
  in.fail("status", "must be a number from 400 to 499");
  return 0;
}

HookUser read_user(AnswerReader& in, JsonView value) {
  HookUser user;
  if (!value.is(Kind::object)) {
    in.fail("user", "must be an object");
    return user;
  }
  in.expect_members<3>("user", value, {"id", "name", "info"});
  const auto id = value.find("id");
  user.subject = id && id->is(Kind::text) ? id->text() : std::string();
  if (user.subject.size() > kUserIdBytes || !is_user_id(user.subject)) {
    in.fail("user.id", "must be 1 to 64 bytes without blanks");
  }
  if (const auto name = value.find("name")) {
    auto written = name->is(Kind::text) ? to_user_name(name->text()) : std::nullopt;
    if (!written) in.fail("user.name", "must be a visible name of 1 to 64 bytes");
    user.name = std::move(written).value_or("");
  }
  if (const auto info = value.find("info")) user.info = in.json("user.info", *info, kInfoBytes);
  return user;
}

std::vector<RoomRights> read_rooms(AnswerReader& in, JsonView value) {
  std::vector<RoomRights> rooms;
  if (!value.is(Kind::object)) {
    in.fail("rooms", "must be an object of patterns and their rights");
    return rooms;
  }
  value.for_each_member([&](std::string_view key, JsonView rights) {
    auto pattern = JsonView(key).text();
    if (!is_room_pattern(pattern)) in.fail("rooms", "has a member that is no room and no pattern");
    if (rooms.size() == kMaxGrants) in.fail("rooms", "has more than 64 members");
    if (in.good()) rooms.push_back({std::move(pattern), in.rights("rooms", rights)});
  });
  return rooms;
}

UnixMs read_expiry(AnswerReader& in, JsonView value) {
  const auto number = value.is(Kind::integer) ? value.number() : std::nullopt;
  if (number && *number >= kYear1973 && *number <= kYear9999) return static_cast<UnixMs>(*number);
  in.fail("expires_at", "must be a time in milliseconds since 1970");
  return 0;
}

/// Reads a list of at most kHookActions items, until the first fault.
template <class Item>
std::vector<Item> read_list(AnswerReader& in, const std::string& place, JsonView value,
                            Item (*read)(AnswerReader&, const std::string&, JsonView)) {
  std::vector<Item> items;
  if (!value.is(Kind::array)) {
    in.fail(place, "must be a list");
    return items;
  }
  value.for_each_item([&](JsonView item) {
    if (items.size() == kHookActions) in.fail(place, "has more than 64 items");
    if (in.good()) items.push_back(read(in, place + '[' + std::to_string(items.size()) + ']', item));
  });
  return items;
}

void read_actions(AnswerReader& in, JsonView root, HookActions& actions) {
  if (const auto list = root.find("publish")) actions.publish = read_list(in, "publish", *list, &read_publication);
  if (const auto list = root.find("notify")) actions.notify = read_list(in, "notify", *list, &read_notification);
}

std::string read_item(AnswerReader& in, const std::string& place, JsonView value) {
  return in.json(place, value, kHookAnswerBytes);
}

}  // namespace

Result<ConnectAnswer> connect_answer(std::string_view body) {
  AnswerReader in;
  ConnectAnswer answer;
  const auto root = in.root(body);
  if (!root) return in.failure();
  in.expect_members<5>("", *root, {"deny", "status", "user", "rooms", "expires_at"});
  read_deny(in, *root, answer.deny, "status");
  if (const auto status = root->find("status")) {
    answer.status = read_status(in, *status);
    if (!answer.deny) in.fail("status", "is for deny");
  }
  if (const auto user = root->find("user")) answer.user = read_user(in, *user);
  if (const auto rooms = root->find("rooms")) answer.rooms = read_rooms(in, *rooms);
  if (const auto expiry = root->find("expires_at")) answer.expires_at = read_expiry(in, *expiry);
  return outcome(in, std::move(answer));
}

Result<JoinVerdict> join_verdict(std::string_view body) {
  AnswerReader in;
  JoinVerdict answer;
  const auto root = in.root(body);
  if (!root) return in.failure();
  in.expect_members<2>("", *root, {"deny", "rights"});
  read_deny(in, *root, answer.deny);
  if (const auto rights = root->find("rights")) answer.rights = in.rights("rights", *rights);
  return outcome(in, std::move(answer));
}

Result<MessageAnswer> message_answer(std::string_view body) {
  AnswerReader in;
  MessageAnswer answer;
  const auto root = in.root(body);
  if (!root) return in.failure();
  in.expect_members<4>("", *root, {"deny", "content", "publish", "notify"});
  read_deny(in, *root, answer.deny);
  read_actions(in, *root, answer.actions);
  if (const auto content = root->find("content")) {
    if (content->is(Kind::object)) {
      in.expect_members<2>("content", *content, {"text", "data"});
      answer.content = in.content("content", *content);
    } else {
      in.fail("content", "must be an object");
    }
  }
  return outcome(in, std::move(answer));
}

Result<CallAnswer> call_answer(std::string_view body) {
  AnswerReader in;
  CallAnswer answer;
  const auto root = in.root(body);
  if (!root) return in.failure();
  in.expect_members<6>("", *root, {"result", "error", "results", "next", "publish", "notify"});
  if (const auto result = root->find("result")) answer.result = in.json("result", *result, kHookAnswerBytes);
  if (const auto items = root->find("results")) {
    answer.is_streamed = true;
    answer.items = read_list(in, "results", *items, &read_item);
  }
  if (const auto next = root->find("next")) {
    answer.next = in.text("next", *next, limits::kPageTokenBytes);
    if (!answer.is_streamed) in.fail("next", "needs results");
  }
  read_actions(in, *root, answer.actions);
  if (const auto error = root->find("error")) {
    answer.error = in.reason("error", *error);
    root->for_each_member([&](std::string_view key, JsonView) {
      if (!JsonView(key).equals("error")) in.fail("error", "must stand alone");
    });
  }
  if (answer.result && answer.is_streamed) in.fail("result", "and results exclude each other");
  return outcome(in, std::move(answer));
}

}  // namespace chat
