#include "protocols/socketio/echo.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "chat/codec/format.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/codec/websocket_framing.hpp"
#include "chat/sessions/session.hpp"
#include "protocols/socketio/attachments.hpp"
#include "protocols/socketio/engine_dialogue.hpp"
#include "protocols/socketio/limits.hpp"
#include "protocols/socketio/packet.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;
using Type = SocketPacket::Type;

constexpr JsonLimits kAnything{limits::kSocketJsonDepth, limits::kEnginePayloadBytes};

void send_binary(Session& session, std::string_view bytes) {
  std::string frame;
  append_websocket_frame(frame, Opcode::binary, bytes);
  session.send_control(SharedBytes(frame));
}

class EngineEcho final : public EngineDialogue {
 public:
  using EngineDialogue::EngineDialogue;
  Greeting greeting() const override { return {Seconds{10}, ""}; }
  void begin(Session& session) override {
    session.person().greet();
    EngineDialogue::begin(session);
  }

 private:
  void on_message(Session& session, std::string_view message) override {
    session.send_control(frame_of(session.format(), '4' + std::string(message)));
  }
  void on_binary(Session& session, std::string_view bytes) override { send_binary(session, bytes); }
};

class SocketEcho final : public EngineDialogue {
 public:
  using EngineDialogue::EngineDialogue;
  Greeting greeting() const override { return {Seconds{1}, "no CONNECT in time"}; }

 private:
  void on_message(Session& session, std::string_view text) override;
  void on_binary(Session& session, std::string_view bytes) override;
  void accept(Session& session, const SocketPacket& packet, const std::vector<std::string>& attachments);
  void connect(Session& session, const SocketPacket& packet);
  void answer(Session& session, const SocketPacket& packet, const std::vector<std::string>& attachments);
  static void say(Session& session, Type type, std::string_view nsp, std::string_view id, std::string_view data);
  static void fail(Session& session) { session.close({CloseCode::protocol_error, "this is no packet of Socket.IO"}); }

  std::set<std::string, std::less<>> joined_;  // namespaces
  std::unique_ptr<UnfinishedPacket> unfinished_;
};

void SocketEcho::say(Session& session, Type type, std::string_view nsp, std::string_view id, std::string_view data) {
  std::string message;
  append_socket_packet(message, type, nsp, id, data);
  session.send_control(frame_of(session.format(), message));
}

void SocketEcho::on_message(Session& session, std::string_view text) {
  const auto packet = read_packet(text);
  if (!packet || unfinished_ || packet->attachments > limits::kSocketAttachments) return fail(session);
  if (packet->attachments == 0) return accept(session, *packet, {});
  unfinished_ = std::make_unique<UnfinishedPacket>(text, packet->attachments);
}

void SocketEcho::on_binary(Session& session, std::string_view bytes) {
  if (!unfinished_) return fail(session);
  if (!unfinished_->add(bytes)) return;
  const auto whole = std::move(unfinished_);
  accept(session, *read_packet(whole->text()), whole->attachments());
}

void SocketEcho::accept(Session& session, const SocketPacket& packet, const std::vector<std::string>& attachments) {
  if (!packet.data.empty() && validate_json(packet.data, kAnything)) return fail(session);
  if (packet.type == Type::connect) return connect(session, packet);
  const auto nsp = joined_.find(packet.nsp);
  if (nsp == joined_.end()) return fail(session);
  if (packet.type == Type::disconnect) {
    joined_.erase(nsp);
  } else if (packet.type == Type::event || packet.type == Type::binary_event) {
    answer(session, packet, attachments);
  }
}

void SocketEcho::connect(Session& session, const SocketPacket& packet) {
  if (packet.nsp != "/" && packet.nsp != "/custom") {
    return say(session, Type::connect_error, packet.nsp, {}, R"({"message":"Invalid namespace"})");
  }
  session.person().greet();
  joined_.emplace(packet.nsp);
  say(session, Type::connect, packet.nsp, {}, R"({"sid":")" + session.person().session_id() + "\"}");
  const std::string auth(packet.data.empty() ? "{}" : packet.data);
  say(session, Type::event, packet.nsp, {}, R"(["auth",)" + auth + ']');
}

void SocketEcho::answer(Session& session, const SocketPacket& packet, const std::vector<std::string>& attachments) {
  const JsonView data(packet.data.empty() ? "null" : packet.data);
  std::vector<JsonView> items;
  if (data.is(Kind::array)) data.for_each_item([&items](JsonView item) { items.push_back(item); });
  if (items.empty()) return fail(session);
  const bool wants_ack = items[0].equals("message-with-ack");
  if (!wants_ack && !items[0].equals("message")) return;
  std::string said = wants_ack ? "" : R"("message-back")";
  for (std::size_t i = 1; i < items.size(); ++i) (said += said.empty() ? "" : ",") += items[i].raw();
  const std::string count = attachments.empty() ? std::string() : std::to_string(attachments.size()) + '-';
  const auto type = wants_ack ? (attachments.empty() ? Type::ack : Type::binary_ack) : packet.type;
  const std::string start = count + (packet.nsp == "/" ? std::string() : std::string(packet.nsp) + ',');
  const std::string id(wants_ack ? packet.id : std::string_view{});
  say(session, type, "/", {}, start + id + '[' + said + ']');
  for (const auto& bytes : attachments) send_binary(session, bytes);
}

}  // namespace

DialoguePtr engine_echo(const SocketIOSettings& settings) { return DialoguePtr(new EngineEcho(settings)); }
DialoguePtr socket_echo(const SocketIOSettings& settings) { return DialoguePtr(new SocketEcho(settings)); }

}  // namespace chat
