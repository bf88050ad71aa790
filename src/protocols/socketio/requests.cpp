#include "protocols/socketio/requests.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "chat/base/utf8.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "protocols/chat_v1/decode.hpp"
#include "protocols/chat_v1/faults.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

/// An event is a request of chat.v1: its argument is an object of the members, or the one member alone.
struct KnownEvent {
  std::string_view name;
  std::string_view type;
  std::string_view alone;  // the member that a text stands for; empty: an object is needed
};
constexpr std::array kKnownEvents{
    KnownEvent{"send", "send", ""},           KnownEvent{"join", "join", "room"},
    KnownEvent{"leave", "leave", "room"},     KnownEvent{"history", "history", "room"},
    KnownEvent{"members", "members", "room"}, KnownEvent{"typing", "typing", "room"},
    KnownEvent{"moderate", "moderate", ""},   KnownEvent{"refresh", "refresh", "token"},
    KnownEvent{"node", "node", ""},           KnownEvent{"answer", "answer", ""},
};

/// Of `send`, what Socket.IO's clients have otherwise than chat.v1's.
struct SendParts {
  std::optional<JsonView> data, id;
};
constexpr std::array kSendParts{JsonMember<SendParts>{"data", &SendParts::data},
                                JsonMember<SendParts>{"id", &SendParts::id}};

/// The room of a request has the name that clients of Socket.IO give it.
Command in_room_of_group(Command command) {
  std::visit(
      [](auto& request) {
        if constexpr (requires { request.room; }) request.room = room_of_group(request.room);
      },
      command);
  return command;
}

/// `begin` and a member behind it.
std::string object_with(std::string begin, std::string_view member, JsonView value) {
  (((begin += '"') += member) += "\":") += value.raw();
  return begin += '}';
}

/// The front ends of tutorials send a text, or an object with one.
Command read_line(JsonView content) {
  if (content.is(Kind::object)) {
    const auto text = content.find("text"), message = content.find("message");
    if (text && text->is(Kind::text))
      content = *text;
    else if (message && message->is(Kind::text))
      content = *message;
  }
  if (auto fault = fault_in_content(content)) return *std::move(fault);
  const auto send = object_with(R"({"room":"lobby",)", content.is(Kind::text) ? "text" : "data", content);
  return decode_command("send", JsonView(send));
}

/// A client's mark on a message: a number is chat.v1's `seq`, a text any mark of the client's own.
Command with_mark(Command command, const std::optional<JsonView>& id) {
  auto* const send = std::get_if<Send>(&command);
  if (send == nullptr || !id || id->is(Kind::null)) return command;
  if (send->seq != 0) return bad_request("a message has \"id\" or \"seq\", not both");
  if (const auto number = id->number(); number && *number > 0 && *number <= kLastOffset) {
    send->seq = *number;
    return command;
  }
  if (id->is(Kind::text)) send->key = id->text();
  if (send->key.empty() || send->key.size() > limits::kMessageKeyBytes) {
    return bad_request("\"id\" must be a number from 1 or a text of 1 to 64 bytes");
  }
  return command;
}

Command read_send(JsonView object) {
  SendParts parts;
  read_members(object, kSendParts, parts);
  if (auto fault = parts.data ? fault_in_content(*parts.data) : std::nullopt) return *std::move(fault);
  return with_mark(in_room_of_group(decode_command("send", object)), parts.id);
}

Command read_known(const KnownEvent& event, const std::vector<JsonView>& arguments) {
  if (arguments.size() > 1) return bad_request("this event has one argument");
  const bool is_object = !arguments.empty() && arguments[0].is(Kind::object);
  const bool is_text = !arguments.empty() && arguments[0].is(Kind::text);
  if (!is_object && !(is_text && !event.alone.empty()) && event.type != "node") {
    return bad_request(event.alone.empty() ? "the argument of this event is an object"
                                           : "the argument of this event is a text or an object");
  }
  if (is_object && event.type == "send") return read_send(arguments[0]);
  const std::string alone = is_text ? object_with("{", event.alone, arguments[0]) : "{}";
  return in_room_of_group(decode_command(event.type, is_object ? arguments[0] : JsonView(alone)));
}

}  // namespace

Command read_event(std::string_view name, const std::vector<JsonView>& arguments) {
  if (name == "sendMessage") {
    return arguments.size() == 1 ? read_line(arguments[0]) : bad_request("this event has one argument");
  }
  const auto known =
      std::find_if(kKnownEvents.begin(), kKnownEvents.end(), [name](const KnownEvent& e) { return e.name == name; });
  if (known != kKnownEvents.end()) return read_known(*known, arguments);
  if (name.size() > limits::kMethodBytes) return Failure{ErrorCode::unknown_type, "there is no such event"};
  std::string list = "[";
  for (const auto& argument : arguments) (list += list.size() > 1 ? "," : "") += argument.compact();
  return Call{std::string(name), list + ']', {ErrorCode::unknown_type, "there is no such event"}};
}

Command read_auth(JsonView auth) { return decode_command("hello", auth); }

}  // namespace chat
