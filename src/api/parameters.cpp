#include "api/parameters.hpp"

#include <algorithm>
#include <array>

#include "chat/codec/json/data_limits.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "chat/core/person_id.hpp"

namespace chat::api {
namespace {

using Kind = JsonView::Kind;

// The parameters around the data of a message, and a batch around them.
constexpr JsonLimits kMost{limits::kJsonDepth + 4, 64 * 1024};

[[noreturn]] void fail(std::string message) { throw Failure{ErrorCode::bad_request, std::move(message)}; }
[[noreturn]] void fail(std::string_view name, std::string_view why) {
  fail('"' + std::string(name) + "\" " + std::string(why));
}

JsonView object_in(std::string_view text) {
  if (const auto fault = validate_json(text, kMost)) fail("the body is not readable: " + *fault);
  const JsonView view(text);
  if (!view.is(Kind::object)) fail("the body must be one JSON object");
  return view;
}

std::string text_in(std::string_view name, JsonView value, std::size_t most) {
  if (!value.is(Kind::text)) fail(name, "must be a text");
  std::string text = value.text();
  if (text.size() > most) fail(name, "is longer than " + std::to_string(most) + " bytes");
  if (text.find('\0') != std::string::npos) fail(name, "contains a NUL character");
  return text;
}

std::string public_id(std::string_view name, const std::string& written) {
  if (written.empty()) fail(name, "must be the subject of a token or the public id of a user");
  return user_id_of(written);
}

/// The text in {"text": "…"}, if there is nothing else in it.
std::optional<JsonView> only_text(JsonView data) {
  if (!data.is(Kind::object)) return std::nullopt;
  std::size_t members = 0;
  data.for_each_member([&members](std::string_view, JsonView) { ++members; });
  auto text = data.find("text");
  return members == 1 && text && text->is(Kind::text) ? text : std::nullopt;
}

}  // namespace

Parameters::Parameters(std::string_view text) : Parameters(object_in(text)) {}

Parameters::Parameters(JsonView object) {
  object.for_each_member([this](std::string_view quoted, JsonView value) {
    members_.push_back({unescape_json(quoted.substr(1, quoted.size() - 2)), value});
  });
}

Parameters::Member* Parameters::find(std::string_view name) {
  const auto member =
      std::find_if(members_.begin(), members_.end(), [name](const Member& m) { return m.name == name; });
  if (member == members_.end()) return nullptr;
  member->is_read = true;
  return member->value.is(Kind::null) ? nullptr : &*member;
}

std::optional<JsonView> Parameters::value(std::string_view name) {
  const Member* const member = find(name);
  return member == nullptr ? std::nullopt : std::optional(member->value);
}

std::optional<std::string> Parameters::text(std::string_view name, std::size_t most) {
  const Member* const member = find(name);
  return member == nullptr ? std::nullopt : std::optional(text_in(name, member->value, most));
}

std::string Parameters::required_text(std::string_view name, std::size_t most) {
  auto given = text(name, most);
  if (!given) fail(name, "is missing");
  return *std::move(given);
}

std::optional<std::uint64_t> Parameters::number(std::string_view name) {
  const Member* const member = find(name);
  if (member == nullptr) return std::nullopt;
  const auto number = member->value.number();
  if (!number) fail(name, "must be a whole number that is not negative");
  return number;
}

bool Parameters::flag(std::string_view name) {
  const Member* const member = find(name);
  if (member == nullptr) return false;
  if (!member->value.is(Kind::boolean)) fail(name, "must be true or false");
  return member->value.raw() == "true";
}

std::vector<std::string> Parameters::texts(std::string_view name, std::size_t most) {
  const Member* const member = find(name);
  std::vector<std::string> texts;
  if (member == nullptr) return texts;
  if (!member->value.is(Kind::array)) fail(name, "must be a list of texts");
  member->value.for_each_item([&](JsonView item) {
    if (texts.size() == most) fail(name, "has more than " + std::to_string(most) + " items");
    texts.push_back(text_in(name, item, 512));
  });
  if (texts.empty()) fail(name, "is an empty list");
  return texts;
}

std::optional<std::string> Parameters::optional_room() {
  auto room = text("room");
  auto channel = text("channel");
  if (room && channel) fail("give \"room\" or \"channel\", not both");
  if (!room) room = std::move(channel);
  if (room) check_room(*room);
  return room;
}

std::string Parameters::room() {
  auto room = optional_room();
  if (!room) fail("room", "is missing");
  return *std::move(room);
}

std::optional<std::string> Parameters::user(std::string_view name) {
  const auto user = text(name, 512);
  return user ? std::optional(public_id(name, *user)) : std::nullopt;
}

std::string Parameters::required_user() {
  auto given = user();
  if (!given) fail("user", "is missing");
  return *std::move(given);
}

std::vector<std::string> Parameters::users(std::string_view name, std::size_t most) {
  auto users = texts(name, most);
  for (auto& user : users) user = public_id(name, user);
  return users;
}

std::string Parameters::session() {
  auto session = text("session");
  if (!session) session = text("client");
  return std::move(session).value_or(std::string());
}

std::optional<JsonView> Parameters::json(std::string_view name) {
  const auto json = value(name);
  if (!json) return std::nullopt;
  if (const auto fault = validate_json(json->raw(), kDataLimits)) fail(name, "is not readable for clients: " + *fault);
  return json;
}

Content Parameters::content() {
  const auto given = text("text", limits::kStoredBytes);
  const auto data = this->data();
  if (given.has_value() == data.has_value()) fail("a message needs \"text\" or \"data\", one of them");
  Content content;
  if (given) {
    content.value = *given;
  } else if (const auto text = only_text(*data)) {
    content.value = text_in("data", *text, limits::kStoredBytes);
  } else {
    content = {Content::Kind::data, data->compact()};
  }
  if (content.kind == Content::Kind::text && content.value.size() > limits::kTextBytes) {
    throw Failure{ErrorCode::too_large, "a text has at most 4096 bytes"};
  }
  if (content.value.empty()) fail("text", "is empty");
  return content;
}

void Parameters::expect_no_more() const {
  for (const auto& member : members_) {
    if (!member.is_read) fail(member.name, "is no parameter of this method");
  }
}

void check_room(const std::string& name) {
  if (!is_room_name(name)) throw Failure{ErrorCode::bad_room, "a room's name is 1 to 64 of a-z 0-9 _ . -"};
}

}  // namespace chat::api
