#include "protocols/socketio/encode.hpp"

#include <variant>

#include "chat/base/json_text.hpp"
#include "chat/core/names.hpp"
#include "protocols/chat_v1/encode.hpp"
#include "protocols/chat_v1/in_group.hpp"
#include "protocols/chat_v1/stored_body.hpp"
#include "protocols/socketio/cursors.hpp"
#include "protocols/socketio/packet.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;
using Type = SocketPacket::Type;

constexpr std::string_view kTutorialRoom = "lobby";
constexpr std::string_view kTypeStart = R"({"type":")";

std::vector<Message> readable(const std::vector<Message>& messages) {
  std::vector<Message> read = messages;
  for (auto& message : read) read_stored_body(message);
  return read;
}

struct Argument {
  std::string& out;

  template <class E>
  void operator()(const E& event) const {
    encode_json({}, in_group(event), out);
  }
  void operator()(const CallResult& e) const { out += e.result; }
  void operator()(const Joined& e) const {
    Joined joined = in_group(e);
    joined.messages = readable(e.messages);
    encode_json({}, joined, out);
  }
  void operator()(const Page& e) const {
    Page page = in_group(e);
    page.messages = readable(e.messages);
    encode_json({}, page, out);
  }
  void operator()(const Published& e) const {
    Message message = *e.message;
    read_stored_body(message);
    const std::string room = escape_json(group_of_room(e.room));
    encode_json({}, Published{room, e.epoch, &message}, out);
  }
};

/// "[id]: text", as the tutorials have it; other content as its JSON.
void append_line(std::string& out, const Published& published) {
  Message message = *published.message;
  const JsonView body = read_stored_body(message);
  const auto from = body.find("from"), text = body.find("text"), data = body.find("data");
  const auto id = from && from->is(Kind::object) ? from->find("id") : std::nullopt;
  std::string line = "[" + (id && id->is(Kind::text) ? id->text() : std::string()) + "]: ";
  if (text && text->is(Kind::text)) {
    line += text->text();
  } else {
    line += data ? data->raw() : "null";
  }
  append_json_string(out, line);
}

struct Push {
  SocketIOProfile profile;
  std::string& out;

  template <class E>
  void operator()(const E& event) const {
    std::string argument;
    Argument{argument}(event);
    if (!argument.empty()) append_push(out, argument, nullptr);
  }
  void operator()(const Done&) const {}
  void operator()(const Watching&) const {}
  void operator()(const ClusterSeen&) const {}
  void operator()(const CallResult&) const {}
  void operator()(const Published& e) const {
    if (e.room == kTutorialRoom && !profile.details) {
      out += R"(42["messageToClient",)";
      append_line(out, e);
    } else {
      out += R"(42["message",)";
      Argument{out}(e);
    }
    if (profile.recovery) {
      Cursors::append_text(out += ",\"", e.room, e.epoch, e.message->offset);
      out += '"';
    }
    out += ']';
  }
  /// As NestJS tells of an error that no acknowledgement can.
  void operator()(const Failure& e) const {
    append_socket_packet(out, Type::event, "/", {}, R"(["exception",{"status":)" + error_argument(e).substr(8) + ']');
  }
  /// A list is the arguments of the client's handler; another value is its one argument. A client takes a text at the
  /// end for its place in the log, so a null follows it.
  void operator()(const Notice& e) const {
    if (is_reserved_event(e.event)) return;
    const bool is_list = e.data.starts_with('[');
    const std::string_view inside = is_list ? std::string_view(e.data).substr(1, e.data.size() - 2) : e.data;
    std::string data = "[";
    append_json_string(data, e.event);
    if (inside.find_first_not_of(" \t\r\n") != std::string_view::npos) (data += ',') += inside;
    while (data.back() == ' ') data.pop_back();
    if (profile.recovery && data.back() == '"') data += ",null";
    append_socket_packet(out, Type::event, "/", {}, data + ']');
  }
};

}  // namespace

void append_argument(const Event& event, std::string& out) { std::visit(Argument{out}, event); }

std::string error_argument(const Failure& failure) {
  std::string text;
  encode_json({}, failure, text);
  return text;
}

void append_push(std::string& out, std::string_view argument, const std::string* offset) {
  const auto type = argument.substr(kTypeStart.size(), argument.find('"', kTypeStart.size()) - kTypeStart.size());
  std::string data = "[\"";
  ((data += type) += "\",") += argument;
  if (offset != nullptr) ((data += ",\"") += *offset) += '"';
  append_socket_packet(out, Type::event, "/", {}, data + ']');
}

void encode_socketio(SocketIOProfile profile, const RequestId& id, const Event& event, std::string& out) {
  if (id.empty()) return std::visit(Push{profile, out}, event);
  const auto number = acknowledgement_of(id);
  if (number.empty()) return;
  append_socket_packet(out, Type::ack, "/", number, "[");
  append_argument(event, out);
  out += ']';
}

}  // namespace chat
