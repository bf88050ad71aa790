#include "protocols/socketio/dialogue.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/base/json_text.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/format.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/sessions/session.hpp"
#include "protocols/socketio/attachments.hpp"
#include "protocols/socketio/client_places.hpp"
#include "protocols/socketio/codec.hpp"
#include "protocols/socketio/connecting.hpp"
#include "protocols/socketio/encode.hpp"
#include "protocols/socketio/engine_dialogue.hpp"
#include "protocols/socketio/limits.hpp"
#include "protocols/socketio/packet.hpp"
#include "protocols/socketio/requests.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;
using Type = SocketPacket::Type;

constexpr JsonLimits kEventLimits{limits::kSocketJsonDepth, limits::kSocketEventBytes};
constexpr JsonLimits kAuthLimits{limits::kSocketJsonDepth, limits::kJsonMembers};
constexpr CloseReason kNoPacket{CloseCode::protocol_error, "this is no packet of Socket.IO"};
const RequestId kOtherNamespace = "n";  // with the namespace behind it
const RequestId kQuiet = "q";           // of a request without an acknowledgement whose answer matters all the same

class SocketIODialogue final : public EngineDialogue {
 public:
  SocketIODialogue(const ClusterSecret& secret, const SocketIOSettings& settings)
      : EngineDialogue(settings), secret_(secret) {}

  Greeting greeting() const override { return {Seconds{45}, "no CONNECT in time"}; }
  void begin(Session& session) override {
    EngineDialogue::begin(session);
    session.divert_frames(true);
  }
  bool take(Session& session, const RequestId& id, const Event& event) override;
  bool send(Session& session, const SharedBytes& frame, bool ephemeral) override;

 private:
  void on_message(Session& session, std::string_view text) override;
  void on_binary(Session& session, std::string_view bytes) override;
  void take_packet(Session& session, const SocketPacket& packet, const std::vector<std::string>& attachments);
  void take_event(Session& session, const SocketPacket& packet, const std::vector<std::string>& attachments);

  void connect(Session& session, const SocketPacket& packet);
  void on_outcome(Session& session, Connecting::Outcome outcome);
  void on_refused(Session& session, const Failure& failure);
  void on_connected(Session& session, Connecting::Connected connected);

  void add_room(Session& session, const RequestId& id, const Joined& joined);
  void take_quiet(Session& session, const Event& event);
  void drop_room(Session& session, const RequestId& id, const Event& event);
  static void push_with_place(Session& session, const Event& event, const std::string& place);
  static void say(Session& session, std::string_view message) {
    session.queue(frame_of(session.format(), message), false);
  }

  const ClusterSecret& secret_;
  bool connected_ = false;
  std::shared_ptr<Connecting> connecting_;  // shared: an answer may come within its own call
  std::unique_ptr<UnfinishedPacket> unfinished_;
};

// ---- packets -----------------------------------------------------------------------------------------------------

void SocketIODialogue::on_message(Session& session, std::string_view text) {
  const auto packet = read_packet(text);
  if (!packet || unfinished_) return session.close(kNoPacket);
  if (packet->attachments == 0) return take_packet(session, *packet, {});
  if (packet->attachments > limits::kSocketAttachments || text.size() > limits::kSocketEventBytes) {
    return session.close({CloseCode::too_big, "an event has up to 16 attachments and 32 KiB"});
  }
  unfinished_ = std::make_unique<UnfinishedPacket>(text, packet->attachments);
}

void SocketIODialogue::on_binary(Session& session, std::string_view bytes) {
  if (!unfinished_) return session.close(kNoPacket);
  const bool is_whole = unfinished_->add(bytes);
  if (unfinished_->bytes() > limits::kSocketEventBytes) {
    return session.close({CloseCode::too_big, "an event has up to 16 attachments and 32 KiB"});
  }
  if (!is_whole) return;
  const auto whole = std::move(unfinished_);
  take_packet(session, *read_packet(whole->text()), whole->attachments());
}

void SocketIODialogue::take_packet(Session& session, const SocketPacket& packet,
                                   const std::vector<std::string>& attachments) {
  if (packet.type == Type::connect) return connect(session, packet);
  if (!connected_ || packet.nsp != "/")
    return session.close({CloseCode::protocol_error, "a session begins with CONNECT"});
  switch (packet.type) {
    case Type::disconnect:
      return session.close({CloseCode::normal, ""});
    case Type::event:
    case Type::binary_event:
      return take_event(session, packet, attachments);
    case Type::ack:
    case Type::binary_ack:
      return;  // no event of this server asks for one
    default:
      return session.close(kNoPacket);
  }
}

void SocketIODialogue::take_event(Session& session, const SocketPacket& packet,
                                  const std::vector<std::string>& attachments) {
  const RequestId id = acknowledged_by(packet.id);
  if (packet.data.size() > limits::kSocketEventBytes) {
    return session.refuse(id, ErrorCode::too_large, "an event may have 32 KiB");
  }
  const auto fault = check_json(packet.data, kEventLimits);
  if (fault && !fault->is_readable) return session.close(kNoPacket);
  if (fault) return session.refuse(id, ErrorCode::bad_request, fault->why);
  std::string filled;
  if (!attachments.empty() && !fill_placeholders(packet.data, attachments, filled)) return session.close(kNoPacket);
  const JsonView data(attachments.empty() ? packet.data : std::string_view(filled));
  std::vector<JsonView> items;
  if (data.is(Kind::array)) data.for_each_item([&items](JsonView item) { items.push_back(item); });
  const bool has_name = !items.empty() && (items[0].is(Kind::text) || items[0].number());
  if (!has_name) return session.close(kNoPacket);
  const std::string name = items[0].is(Kind::text) ? items[0].text() : std::string(items[0].raw());
  if (is_reserved_event(name)) return session.close(kNoPacket);
  items.erase(items.begin());
  Command command = read_event(name, items);
  if (std::holds_alternative<Join>(command)) divert_frames_of_rooms(session, true);
  const bool is_quiet = id.empty() && std::holds_alternative<Leave>(command);
  session.handle(is_quiet ? kQuiet : id, command);
}

// ---- CONNECT -----------------------------------------------------------------------------------------------------

void SocketIODialogue::connect(Session& session, const SocketPacket& packet) {
  const bool has_data = !packet.data.empty();
  if (has_data && validate_json(packet.data, kAuthLimits)) return session.close(kNoPacket);
  const JsonView auth(has_data ? packet.data : "{}");
  if (!auth.is(Kind::object)) return session.close(kNoPacket);
  if (packet.nsp != "/") {
    return session.refuse(kOtherNamespace + std::string(packet.nsp), ErrorCode::not_found, "Invalid namespace");
  }
  if (connected_ || connecting_) return session.close({CloseCode::protocol_error, "a second CONNECT"});
  const auto connecting = std::make_shared<Connecting>(has_recovery(session.format()) ? &secret_ : nullptr);
  connecting_ = connecting;
  connecting->start(session, auth);
}

void SocketIODialogue::on_outcome(Session& session, Connecting::Outcome outcome) {
  if (auto* refused = std::get_if<Connecting::Refused>(&outcome)) on_refused(session, refused->failure);
  if (auto* connected = std::get_if<Connecting::Connected>(&outcome)) on_connected(session, std::move(*connected));
}

/// A client that is told CONNECT_ERROR does not come back by itself; one whose transport is closed does.
void SocketIODialogue::on_refused(Session& session, const Failure& failure) {
  connecting_.reset();
  if (is_temporary(failure.code)) return session.close({CloseCode::restart, "not at the moment, connect again"});
  std::string data = R"({"message":)";
  append_json_string(data, std::string(to_text(failure.code)) + ": " + failure.message);
  ((data += R"(,"data":)") += error_argument(failure)) += '}';
  std::string message;
  append_socket_packet(message, Type::connect_error, "/", {}, data);
  say(session, message);
}

/// The answer, then the messages that the client has missed, then the frames that have come since.
void SocketIODialogue::on_connected(Session& session, Connecting::Connected connected) {
  const auto connecting = std::move(connecting_);
  connected_ = true;
  std::string data = R"({"sid":)", message;
  append_json_string(data, session.person().user_id());
  if (!connected.token.empty()) {
    data += R"(,"pid":)";
    append_json_string(data, connected.token);
  }
  append_socket_packet(message, Type::connect, "/", {}, data + '}');
  say(session, message);
  if (connected.welcome) push_with_place(session, *connected.welcome, connected.cursors.text());
  auto& at = connected.recovered ? connected.before : connected.cursors;
  const auto queue = [&session, &at](const SharedBytes& frame) {
    if (!frame) return;
    has_recovery(session.format()) ? queue_with_places(session, frame, at) : session.queue(frame, false);
  };
  for (const auto& rewound : connected.rewound) queue(make_frame(session.format(), {}, rewound));
  for (const auto& joined : connected.missed) {
    for (const auto& one : joined.messages) {
      queue(make_frame(session.format(), {}, Published{joined.room, joined.position.epoch, &one}));
    }
  }
  if (connected.recovered) at = std::move(connected.cursors);
  for (const auto& frame : connecting->held()) queue(frame);
  divert_frames_of_rooms(session, false);
  if (connected.lobby) session.send({}, Failure{connected.lobby->code, "lobby: " + connected.lobby->message});
}

// ---- events ------------------------------------------------------------------------------------------------------

bool SocketIODialogue::take(Session& session, const RequestId& id, const Event& event) {
  if (id.starts_with(kOtherNamespace)) {
    std::string message;
    append_socket_packet(message, Type::connect_error, std::string_view(id).substr(1), {},
                         R"({"message":"Invalid namespace"})");
    say(session, message);
    return true;
  }
  if (Connecting::is_own(id)) {
    if (const auto connecting = connecting_) on_outcome(session, connecting->take(session, id, event));
    return true;
  }
  if (id == kQuiet) {
    take_quiet(session, event);
    return true;
  }
  if (id.empty() && !connected_) {  // nothing may be said before the answer
    if (connecting_) connecting_->take_push(session, event);
    return true;
  }
  if (const auto* joined = std::get_if<Joined>(&event)) {
    add_room(session, id, *joined);
    return true;
  }
  const bool is_out = std::holds_alternative<Left>(event) || std::holds_alternative<Removed>(event);
  if (is_out) drop_room(session, id, event);
  return is_out;
}

/// The answer to a client that left a room and wants no acknowledgement.
void SocketIODialogue::take_quiet(Session& session, const Event& event) {
  if (std::holds_alternative<Left>(event)) return drop_room(session, {}, event);
  if (const auto frame = make_frame(session.format(), {}, event)) session.queue(frame, false);
}

/// The event comes before the acknowledgement: a client that knows of the room has its place.
void SocketIODialogue::add_room(Session& session, const RequestId& id, const Joined& joined) {
  divert_frames_of_rooms(session, false);
  Joined told = joined;
  told.messages.clear();
  push_with_place(session, told, place_of(session));
  if (const auto frame = make_frame(session.format(), id, joined); frame && !id.empty()) session.queue(frame, false);
}

void SocketIODialogue::drop_room(Session& session, const RequestId& id, const Event& event) {
  push_with_place(session, event, place_of(session));
  if (const auto frame = make_frame(session.format(), id, event); frame && !id.empty()) session.queue(frame, false);
  divert_frames_of_rooms(session, false);
}

void SocketIODialogue::push_with_place(Session& session, const Event& event, const std::string& place) {
  std::string argument, message;
  append_argument(event, argument);
  append_push(message, argument, has_recovery(session.format()) ? &place : nullptr);
  say(session, message);
}

/// Frames come here before CONNECT is answered, and while the session is in several rooms.
bool SocketIODialogue::send(Session& session, const SharedBytes& frame, bool ephemeral) {
  if (!connecting_) return connected_ && queue_with_places(session, frame, ephemeral);
  const bool is_held = connecting_->hold(frame);
  if (!is_held) session.close({CloseCode::slow, "too much is said before the answer"});
  return is_held;
}

}  // namespace

DialoguePtr socketio_dialogue(const HttpRequest&, const TransportSettings& transport,
                              const SocketIOSettings& settings) {
  return DialoguePtr(new SocketIODialogue(transport.secret, settings));
}

}  // namespace chat
