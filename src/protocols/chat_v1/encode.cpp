#include "protocols/chat_v1/encode.hpp"

#include <array>
#include <charconv>

#include "chat/base/json_text.hpp"
#include "chat/codec/json/json_object.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

/// Seconds between the server's pings, told in `welcome`.
constexpr int kPingSeconds = 25;

/// An event, as the reply to `id` if there is one.
class Object : public JsonObject {
 public:
  Object(std::string& out, std::string_view type, const RequestId& id) : JsonObject(out, type) {
    if (!id.empty()) raw("id", id);
  }
};

/// `room` as it stands in a JSON string; epochs need no escapes.
void append_message(std::string& out, std::string_view room, std::string_view epoch, const Message& message) {
  out += R"({"type":"message","room":")";
  out += room;
  out += R"(","epoch":")";
  out += epoch;
  out += R"(","offset":)";
  append_number(out, message.offset);
  out += ',';
  out += message.body.view().substr(1);
}

void append_user(std::string& out, const User& user) {
  out += R"({"id":)";
  append_json_string(out, user.id);
  out += R"(,"name":)";
  append_json_string(out, user.name);
  out += '}';
}

void append_member(std::string& out, const Member& member) {
  out += R"({"id":)";
  append_json_string(out, member.user.id);
  out += R"(,"name":)";
  append_json_string(out, member.user.name);
  if (!member.user.info.empty()) (out += R"(,"info":)") += member.user.info;
  out += R"(,"nodes":[)";
  for (std::size_t i = 0; i < member.nodes.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, member.nodes[i]);
  }
  out += "]}";
}

void append_decimal(std::string& out, double value) {
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.begin(), text.end(), value, std::chars_format::fixed, 2);
  out.append(text.begin(), error == std::errc{} ? end : text.begin());
}

void append_node(std::string& out, const NodeSeen& node) {
  out += R"({"id":)";
  append_json_string(out, node.id);
  out += R"(,"name":)";
  append_json_string(out, node.name);
  out += R"(,"state":")";
  out += to_text(node.state);
  out += R"(","connections":)";
  append_number(out, node.connections);
  out += R"(,"rooms":)";
  append_number(out, node.rooms);
  append_decimal(out += R"(,"messages_per_second":)", node.messages_per_second);
  out += R"(,"started_at":)";
  append_number(out, static_cast<std::uint64_t>(node.started_at));
  out += R"(,"version":)";
  append_json_string(out, node.version);
  out += '}';
}

void member_list(Object& object, std::string_view key, const std::vector<Member>& members) {
  object.list(key, members, [&](const Member& member) { append_member(object.out(), member); });
}

void message_list(Object& object, std::string_view room, std::string_view epoch, const std::vector<Message>& messages) {
  const std::string name = escape_json(room);  // a group of SignalR or Socket.IO may have any
  object.list("messages", messages,
              [&](const Message& message) { append_message(object.out(), name, epoch, message); });
}

void right_list(Object& object, Rights rights) {
  object.list("rights", names_of(rights), [&](std::string_view name) { append_json_string(object.out(), name); });
}

struct Encoder {
  const RequestId& id;
  std::string& out;

  void operator()(const Welcome& e) const {
    Object object(out, "welcome", id);
    object.text("node", e.node);
    object.text("session", e.session);
    object.raw("user", "");
    append_user(out, e.user);
    object.text("sender", e.sender);
    object.number("ping", kPingSeconds);
    object.raw("limits", R"({"text_bytes":)");
    append_number(out, limits::kTextBytes);
    out += R"(,"message_bytes":)";
    append_number(out, limits::kClientMessageBytes);
    out += R"(,"rooms":)";
    append_number(out, limits::kRoomsPerSession);
    out += R"(,"messages_per_second":)";
    append_number(out, e.messages_per_second);
    out += R"(,"burst":)";
    append_number(out, e.message_burst);
    out += '}';
    if (e.expires > 0) object.number("expires", static_cast<std::uint64_t>(e.expires));
  }
  void operator()(const Joined& e) const {
    Object object(out, "joined", id);
    object.text("room", e.room);
    object.text("epoch", e.position.epoch);
    object.number("offset", e.position.offset);
    object.boolean("recovered", e.recovered);
    message_list(object, e.room, e.position.epoch, e.messages);
    object.number("members", e.members);
    if (e.rights) right_list(object, *e.rights);
  }
  void operator()(const Refreshed& e) const {
    Object object(out, "refreshed", id);
    if (e.expires > 0) object.number("expires", static_cast<std::uint64_t>(e.expires));
  }
  void operator()(const TokenExpiring& e) const {
    Object(out, "token_expiring", id).number("expires", static_cast<std::uint64_t>(e.expires));
  }
  void operator()(const Moderated&) const { Object(out, "moderated", id); }
  void operator()(const Removed& e) const {
    Object object(out, "removed", id);
    object.text("room", e.room);
    object.text("reason", e.reason);
  }
  void operator()(const Left& e) const { Object(out, "left", id).text("room", e.room); }
  void operator()(const Ack& e) const {
    Object object(out, "ack", id);
    object.text("room", e.room);
    object.text("epoch", e.position.epoch);
    object.number("offset", e.position.offset);
    object.boolean("duplicate", e.duplicate);
  }
  void operator()(const Page& e) const {
    Object object(out, "page", id);
    object.text("room", e.room);
    object.text("epoch", e.epoch);
    message_list(object, e.room, e.epoch, e.messages);
    object.boolean("more", e.more);
    if (e.begins > 0) object.number("begins", e.begins);
  }
  void operator()(const MessageTrace& e) const {
    Object object(out, "trace", id);
    object.text("room", e.room);
    object.text("epoch", e.position.epoch);
    object.number("offset", e.position.offset);
    object.list("hops", e.hops, [&](const std::string& hop) { out += hop; });
  }
  void operator()(const Members& e) const {
    Object object(out, "members", id);
    object.text("room", e.room);
    object.number("version", e.version);
    member_list(object, "members", e.members);
    object.number("count", e.count);
  }
  void operator()(const NodeAnswer& e) const {
    Object object(out, "node", id);
    object.text("node", e.node);
    object.text("session", e.session);
  }
  void operator()(const Watching& e) const { Object(out, "watching", id).boolean("on", e.on); }
  void operator()(const ClusterSeen& e) const {
    Object object(out, "cluster", id);
    object.number("time", static_cast<std::uint64_t>(e.time));
    object.list("nodes", e.nodes, [&](const NodeSeen& node) { append_node(out, node); });
    object.raw("store", R"({"answers":)");
    out += e.store_answers ? "true" : "false";
    if (e.store_round_trip_ms >= 0) append_decimal(out += R"(,"round_trip_ms":)", e.store_round_trip_ms);
    out += '}';
    if (!e.details.empty()) object.raw("details", e.details);
  }
  void operator()(const CallResult& e) const {
    Object object(out, "result", id);
    object.raw("result", e.result);
    if (!e.next.empty()) object.text("next", e.next);
  }
  void operator()(const Done&) const {}
  /// For each message: the room's name is escaped already, and those of chat.v1 need no escapes.
  void operator()(const Published& e) const { append_message(out, e.room, e.epoch, *e.message); }
  void operator()(const PresenceChanged& e) const {
    Object object(out, "presence", id);
    object.text("room", e.room);
    object.number("version", e.version);
    if (e.count <= limits::kPeopleListed) {
      member_list(object, "joined", e.joined);
      member_list(object, "left", e.left);
    }
    object.number("count", e.count);
  }
  void operator()(const Typing& e) const {
    Object object(out, "typing", id);
    object.text("room", e.room);
    object.raw("from", "");
    append_user(out, e.from);
  }
  void operator()(const Notice& e) const {
    Object object(out, "notice", id);
    if (!e.room.empty()) object.text("room", e.room);
    object.text("event", e.event);
    object.raw("data", e.data);
  }
  void operator()(const Ask& e) const {
    Object object(out, "ask", id);
    object.text("id", e.id);
    object.text("method", e.method);
    object.raw("arguments", e.arguments);
  }
  void operator()(const CaughtUp& e) const {
    Object object(out, "caught_up", id);
    object.text("room", e.room);
    object.number("offset", e.offset);
  }
  void operator()(const Rewound& e) const {
    Object object(out, "rewound", id);
    object.text("room", e.room);
    object.text("epoch", e.top.epoch);
    object.number("to", e.top.offset);
  }
  void operator()(const Reset& e) const {
    Object object(out, "reset", id);
    object.text("room", e.room);
    object.text("epoch", e.epoch);
    object.text("reason", e.reason);
  }
  void operator()(const Reconnect& e) const {
    Object(out, "reconnect", id).number("after_ms", static_cast<std::uint64_t>(e.after.count()));
  }
  void operator()(const Degraded& e) const {
    Object object(out, "degraded", id);
    if (!e.room.empty()) object.text("room", e.room);
    object.boolean("available", e.available);
  }
  void operator()(const Failure& e) const {
    Object object(out, "error", id);
    object.text("code", to_text(e.code));
    object.boolean("temporary", is_temporary(e.code));
    object.text("message", e.message);
    if (e.retry_after.count() > 0) object.number("retry_after_ms", static_cast<std::uint64_t>(e.retry_after.count()));
    if (e.code == ErrorCode::out_of_sequence) object.number("last", e.last);
  }
};

}  // namespace

void encode_json(const RequestId& id, const Event& event, std::string& out) { std::visit(Encoder{id, out}, event); }

}  // namespace chat
