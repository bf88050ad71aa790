#include "protocols/socketio/requests.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "chat/base/utf8.hpp"
#include "chat/codec/json/data_limits.hpp"
#include "chat/codec/json/json_object.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "protocols/chat_v1/decode.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

/// An event is a request of chat.v1: its argument is an object of the members, or the one member alone.
struct Event {
  std::string_view name;
  std::string_view type;
  std::string_view alone;  // the member that a text stands for; empty: an object is needed
};
constexpr std::array kEvents{
    Event{"send", "send", ""},           Event{"join", "join", "room"},        Event{"leave", "leave", "room"},
    Event{"history", "history", "room"}, Event{"members", "members", "room"},  Event{"typing", "typing", "room"},
    Event{"moderate", "moderate", ""},   Event{"refresh", "refresh", "token"}, Event{"node", "node", ""},
    Event{"answer", "answer", ""},
};

Failure bad_request(std::string message) { return {ErrorCode::bad_request, std::move(message)}; }

std::optional<Failure> fault_in_content(JsonView content) {
  if (!content.is(Kind::array) && !content.is(Kind::object)) return std::nullopt;
  auto fault = validate_json(content.raw(), kDataLimits);
  return fault ? std::optional(bad_request("the message: " + *fault)) : std::nullopt;
}

/// Reads a request of chat.v1 whose members `write(object)` gives.
template <class Write>
Command read_request(std::string_view type, Write write) {
  std::string text;
  {
    JsonObject request(text, type);
    write(request);
  }
  return decode_command(JsonView(text));
}

/// The acknowledgement has the place of a request's id; an answer's id is that of the question.
void put_member(JsonObject& request, std::string_view type, std::string_view quoted, JsonView value) {
  const JsonView name(quoted);
  if (name.equals("type") || (name.equals("id") && type != "answer")) return;
  if (name.equals("room") && value.is(Kind::text)) return request.text("room", room_of_group(value.text()));
  request.raw(quoted.substr(1, quoted.size() - 2), value.raw());
}

void put_content(JsonObject& request, JsonView content) {
  request.raw(content.is(Kind::text) ? "text" : "data", content.raw());
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
  return read_request("send", [content](JsonObject& request) {
    request.text("room", "lobby");
    put_content(request, content);
  });
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

Command read_known(const Event& event, const std::vector<JsonView>& arguments) {
  if (arguments.size() > 1) return bad_request("this event has one argument");
  const bool is_object = !arguments.empty() && arguments[0].is(Kind::object);
  const bool is_text = !arguments.empty() && arguments[0].is(Kind::text);
  if (!is_object && !(is_text && !event.alone.empty()) && event.type != "node") {
    return bad_request(event.alone.empty() ? "the argument of this event is an object"
                                           : "the argument of this event is a text or an object");
  }
  if (is_object) {
    const auto data = arguments[0].find("data");
    if (auto fault = data ? fault_in_content(*data) : std::nullopt) return *std::move(fault);
  }
  Command command = read_request(event.type, [&](JsonObject& request) {
    if (is_object) {
      arguments[0].for_each_member(
          [&](std::string_view name, JsonView value) { put_member(request, event.type, name, value); });
    } else if (is_text) {
      put_member(request, event.type, '"' + std::string(event.alone) + '"', arguments[0]);
    }
  });
  return is_object && event.type == "send" ? with_mark(std::move(command), arguments[0].find("id"))
                                           : std::move(command);
}

}  // namespace

Command read_event(std::string_view name, const std::vector<JsonView>& arguments) {
  if (name == "sendMessage") {
    return arguments.size() == 1 ? read_line(arguments[0]) : bad_request("this event has one argument");
  }
  const auto known = std::find_if(kEvents.begin(), kEvents.end(), [name](const Event& e) { return e.name == name; });
  if (known != kEvents.end()) return read_known(*known, arguments);
  if (name.size() > limits::kMethodBytes) return Failure{ErrorCode::unknown_type, "there is no such event"};
  std::string list = "[";
  for (const auto& argument : arguments) (list += list.size() > 1 ? "," : "") += argument.compact();
  return Call{std::string(name), list + ']', {ErrorCode::unknown_type, "there is no such event"}};
}

Command read_auth(JsonView auth) {
  return read_request("hello", [auth](JsonObject& request) {
    for (const std::string_view member : {"name", "identity_secret", "producer", "token"}) {
      const auto value = auth.find(member);
      if (value) request.raw(member, value->raw());
    }
  });
}

}  // namespace chat
