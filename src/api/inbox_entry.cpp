#include "api/inbox_entry.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "chat/backplane/backplane.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/json/data_limits.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "chat/core/person_id.hpp"

namespace chat {
namespace {

constexpr const char* kDefaultUser = "app.inbox";
constexpr const char* kDefaultName = "App";
constexpr const char* kFields =
    "an entry has the fields room, text or data, and if you like name, user, idempotency_key";
constexpr std::size_t kUserBytes = 128;

using Field = std::optional<std::string_view>;

struct Fields {
  Field room, text, data, name, user, idempotency_key;
};

Failure wrong(std::string sentence) { return {ErrorCode::bad_request, std::move(sentence)}; }

/// A name as a sentence may show it.
std::string shown(std::string_view name) {
  const bool is_plain = name.size() <= limits::kRoomNameBytes && is_printable_ascii(name);
  return is_plain ? '"' + std::string(name) + '"' : std::string("with a long or unprintable name");
}

Result<Fields> sort(const QueueFields& fields) {
  Fields sorted;
  const std::array<std::pair<std::string_view, Field*>, 6> known{{{"room", &sorted.room},
                                                                  {"text", &sorted.text},
                                                                  {"data", &sorted.data},
                                                                  {"name", &sorted.name},
                                                                  {"user", &sorted.user},
                                                                  {"idempotency_key", &sorted.idempotency_key}}};
  for (const auto& [name, value] : fields) {
    Field* place = nullptr;
    for (const auto& [known_name, known_place] : known) {
      if (name == known_name) place = known_place;
    }
    if (place == nullptr) return wrong("there is no field " + shown(name) + ": " + kFields);
    if (place->has_value()) return wrong("the field " + shown(name) + " stands there twice: give it once");
    *place = value;
  }
  return sorted;
}

Result<Content> text_content(std::string text) {
  if (text.empty()) return wrong("the text is empty: give it at least one character");
  if (!is_utf8(text)) return wrong("the text is not UTF-8: encode it so");
  return Content{Content::Kind::text, std::move(text)};
}

/// `{"text": "…"}` alone is a text, as in the other ways into a room.
Result<Content> data_content(std::string_view data) {
  if (const auto fault = validate_json(data, kDataLimits))
    return wrong("data is no JSON that a message may have: " + *fault);
  const JsonView json(data);
  if (json.is(JsonView::Kind::object)) {
    std::size_t members = 0;
    json.for_each_member([&members](std::string_view, JsonView) { ++members; });
    const auto text = json.find("text");
    if (members == 1 && text && text->is(JsonView::Kind::text)) return text_content(text->text());
  }
  return Content{Content::Kind::data, json.compact()};
}

Result<Content> content_of(const Fields& fields) {
  if (fields.text.has_value() == fields.data.has_value()) {
    return wrong("give either text or data (JSON), exactly one of them");
  }
  auto content = fields.text ? text_content(std::string(*fields.text)) : data_content(*fields.data);
  if (content && content->value.size() > limits::kTextBytes) {
    return wrong("a message may have " + std::to_string(limits::kTextBytes) + " bytes, this has " +
                 std::to_string(content->value.size()) + ": split it, or store it elsewhere and send a link");
  }
  return content;
}

}  // namespace

Result<InboxMessage> read_inbox_entry(const QueueEntry& entry) {
  if (!entry.fault.empty()) return wrong(entry.fault);
  const auto fields = sort(entry.fields);
  if (!fields) return fields.error();
  if (!fields->room) return wrong(std::string("the field \"room\" is missing: ") + kFields);
  if (!is_room_name(*fields->room)) {
    return wrong("this is no name of a room: use 1 to 64 of a-z 0-9 _ . -, the first a letter or a digit");
  }
  auto content = content_of(*fields);
  if (!content) return content.error();
  const auto name = to_user_name(fields->name.value_or(kDefaultName));
  if (!name) {
    return wrong("name must be 1 to " + std::to_string(limits::kUserNameBytes) +
                 " bytes of UTF-8 with a visible character and without control characters");
  }
  const auto user = fields->user.value_or(kDefaultUser);
  if (user.empty() || user.size() > kUserBytes) return wrong("user must have 1 to 128 bytes");
  const std::string key = fields->idempotency_key ? std::string(*fields->idempotency_key) : "inbox:" + entry.id;
  if (key.empty() || key.size() > Append::kMaxKeyBytes) return wrong("idempotency_key must have 1 to 128 bytes");
  return InboxMessage{std::string(*fields->room),
                      {is_application_id(user) ? std::string(user) : user_id_of(user), *name},
                      std::move(*content),
                      key};
}

}  // namespace chat
