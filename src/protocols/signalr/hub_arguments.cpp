#include "protocols/signalr/hub_arguments.hpp"

#include <array>
#include <optional>

#include "chat/base/json_text.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/limits.hpp"
#include "protocols/chat_v1/encode.hpp"
#include "protocols/chat_v1/stored_body.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

/// The members of a message that clients get as single arguments.
struct Body {
  std::optional<JsonView> from{}, text{}, data{}, node{}, time{}, sender{}, seq{};
};
using BodyMember = JsonMember<Body>;
constexpr std::array kBodyMembers{
    BodyMember{"from", &Body::from}, BodyMember{"text", &Body::text}, BodyMember{"data", &Body::data},
    BodyMember{"node", &Body::node}, BodyMember{"time", &Body::time}, BodyMember{"sender", &Body::sender},
    BodyMember{"seq", &Body::seq},
};

/// As it stands there, if it is of this kind.
std::string_view raw_of(const std::optional<JsonView>& value, Kind kind, std::string_view otherwise) {
  return value && value->is(kind) ? value->raw() : otherwise;
}

/// As it stands there, if it is a single value.
std::string_view scalar_of(const std::optional<JsonView>& value, std::string_view otherwise) {
  return value && !value->is(Kind::object) && !value->is(Kind::array) ? value->raw() : otherwise;
}

/// One message, read once for all its arguments.
class MessageFields {
 public:
  explicit MessageFields(const Published& published) : published_(published), message_(*published.message) {
    read_members(read_stored_body(message_), kBodyMembers, body_);
  }

  void append(std::string& out, HubField field) const {
    switch (field) {
      case HubField::user:
        out += raw_of(of_sender("name"), Kind::text, R"("")");
        break;
      case HubField::text:
        out += raw_of(body_.text, Kind::text, body_.data ? body_.data->raw() : "null");
        break;
      case HubField::connection_id:
        out += raw_of(of_sender("id"), Kind::text, R"("")");
        break;
      case HubField::node:
        out += raw_of(body_.node, Kind::text, R"("")");
        break;
      case HubField::room:
        append_json_string(out, group_of_room(published_.room));
        break;
      case HubField::epoch:
        append_json_string(out, published_.epoch);
        break;
      case HubField::offset:
        append_number(out, message_.offset);
        break;
      case HubField::time:
        out += scalar_of(body_.time, "null");
        break;
      case HubField::sender:
        out += scalar_of(body_.sender, raw_of(of_sender("id"), Kind::text, R"("")"));
        break;
      case HubField::seq:
        out += scalar_of(body_.seq, "null");
        break;
      case HubField::details:
        append_details(out);
        break;
      case HubField::event: {
        const std::string room = escape_json(group_of_room(published_.room));
        encode_json({}, Published{room, published_.epoch, &message_}, out);
        break;
      }
    }
  }

 private:
  std::optional<JsonView> of_sender(std::string_view name) const {
    return body_.from && body_.from->is(Kind::object) ? body_.from->find(name) : std::nullopt;
  }

  /// The members that no other argument tells: the text goes to everybody, so it goes once.
  void append_details(std::string& out) const {
    out += R"({"room":)";
    append(out, HubField::room);
    out += R"(,"epoch":)";
    append(out, HubField::epoch);
    out += R"(,"offset":)";
    append(out, HubField::offset);
    const auto detail = [&out](std::string_view start, const std::optional<JsonView>& value) {
      if (const auto raw = scalar_of(value, {}); !raw.empty()) (out += start) += raw;
    };
    detail(R"(,"time":)", body_.time);
    detail(R"(,"sender":)", body_.sender);
    detail(R"(,"seq":)", body_.seq);
    out += '}';
  }

  const Published& published_;
  Message message_;
  Body body_;  // of what message_ has
};

}  // namespace

std::string hub_arguments(const HubCall& call, const Published& published) {
  const MessageFields fields(published);
  return hub_arguments(call.arguments, [&fields](std::string& out, HubField field) { fields.append(out, field); });
}

}  // namespace chat
