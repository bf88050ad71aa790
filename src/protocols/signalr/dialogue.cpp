#include "protocols/signalr/dialogue.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/core/person_id.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/sessions/transport.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/handshake.hpp"
#include "protocols/signalr/hub_arguments.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/limits.hpp"
#include "protocols/signalr/request_id.hpp"
#include "protocols/signalr/result_streams.hpp"
#include "protocols/signalr/resumption.hpp"
#include "protocols/signalr/uploads.hpp"

namespace chat {
namespace {

constexpr Milliseconds kKeepAlive{10'000};  // clients want a ping every 15 s

/// Those are not numbered.
bool is_uncounted(const HubCommand& command) {
  return std::holds_alternative<Acknowledge>(command) || std::holds_alternative<Restart>(command) ||
         std::holds_alternative<Goodbye>(command);
}

class SignalRDialogue final : public Dialogue {
 public:
  SignalRDialogue(const SignalRSettings& settings, const HubProfile& profile, const SignalRFormats& formats,
                  Negotiated negotiated)
      : settings_(settings), profile_(profile), formats_(formats), negotiated_(std::move(negotiated)) {}

  Greeting greeting() const override { return {Seconds{15}, "no handshake in time"}; }
  void begin(Session& session) override;
  void receive(Session& session, std::string_view bytes) override;
  bool take(Session& session, const RequestId& id, const Event& event) override;
  bool send(Session& session, const SharedBytes& frame, bool ephemeral) override;
  bool says_goodbye(const CloseReason& reason) const override;

  void check_alive(Session&, Instant) override {}  // keep_alive() does
  void keep_alive(Session& session, Instant now) override;
  bool has_signs_of_life() const override { return true; }
  bool moves_when_closed() const override { return true; }

  std::string_view token() const override { return negotiated_.token; }
  bool is_resumable() const override { return resumption_ != nullptr && resumption_->is_whole(); }
  bool is_detached() const override { return detached_; }
  void detach(Session& session) override;
  void release() override { delete this; }

 private:
  enum class Phase : std::uint8_t {
    greeting,  // the handshake has not come
    joining,   // it waits for the room of the profile: what comes behind it is kept unread
    open,
  };

  bool take_hub_message(Session& session, std::string_view message);
  void shake_hands(Session& session, std::string_view record);
  void finish_handshake(Session& session, const Event& reply);
  void announce(Session& session, HubPush push, const std::string& room) const;
  bool is_ignored(const HubCommand& command);
  void keep_alive_later(Session& session) const;

  template <class Request>
  void handle(Session& session, const RequestId& id, Request& request) {  // any client could make it
    Command command = std::move(request);
    session.handle(id, command);
  }
  void handle(Session& session, const RequestId& id, Leave& leave);
  void handle(Session& session, const RequestId& id, OpenUpload& open) { uploads_.handle(session, id, open); }
  void handle(Session& session, const RequestId& id, UploadItem& item) { uploads_.handle(session, id, item); }
  void handle(Session& session, const RequestId& id, EndUpload& end) { uploads_.handle(session, id, end); }
  void handle(Session& session, const RequestId& id, Call& call);
  void handle(Session& session, const RequestId&, Cancel& cancel) { streams_.cancel(session, cancel.id); }
  /// An answer that comes too late is no mistake of the client.
  void handle(Session& session, const RequestId&, AnswerAsk& given) { session.answer(given.id, given.answer); }
  void handle(Session&, const RequestId&, Acknowledge& acknowledge) {
    if (resumption_) resumption_->acknowledge(acknowledge.last);
  }
  void handle(Session& session, const RequestId& id, Restart& restart);
  void handle(Session& session, const RequestId&, Goodbye&) { session.close({CloseCode::normal, ""}); }

  const SignalRSettings& settings_;
  const HubProfile& profile_;
  const SignalRFormats& formats_;
  Negotiated negotiated_;
  Phase phase_ = Phase::greeting;
  bool detached_ = false;     // between two sockets, or not yet going on over the second
  std::string unread_;        // the beginning of a hub message; while joining, all that came behind the handshake
  std::size_t searched_ = 0;  // bytes of it in which the message does not end
  Uploads uploads_;
  ResultStreams streams_;
  std::unique_ptr<Resumption> resumption_;  // of a client that counts messages
};

void SignalRDialogue::begin(Session& session) {
  if (!token().empty()) session.person().identify(person_of(token()));
  session.divert_frames(true);
}

// ---- reading -----------------------------------------------------------------------------------------------------

/// One hub message after the other: transports join and split them as they like. The beginning of a message stays where
/// it is, however little is added to it, and is not searched again.
void SignalRDialogue::receive(Session& session, std::string_view bytes) {
  std::string before = std::exchange(unread_, {});
  std::size_t searched = std::exchange(searched_, 0);
  if (!before.empty()) bytes = before += bytes;
  bool counted = false;
  if (phase_ == Phase::greeting && !may_begin_handshake(bytes)) return session.close(kNoHandshake);
  while (!session.is_closing() && phase_ != Phase::joining) {
    const std::size_t size = signalr_message_size(session.format(), bytes, std::exchange(searched, 0));
    if (size > limits::kHubMessageBytes) {
      return session.close({CloseCode::too_big, "a hub message of more than 32 KiB"});
    }
    if (size == 0) break;
    counted = take_hub_message(session, bytes.substr(0, size)) || counted;
    bytes.remove_prefix(size);
  }
  if (session.is_closing()) return;
  const bool joining = phase_ == Phase::joining;
  if (bytes.size() > (joining ? limits::kHubTransportBytes : limits::kHubMessageBytes)) {
    return session.close({CloseCode::too_big, joining ? "more than 256 KiB before the handshake is answered"
                                                      : "a hub message of more than 32 KiB"});
  }
  searched_ = joining ? 0 : bytes.size();
  unread_ = bytes.size() == before.size() ? std::move(before) : std::string(bytes);
  if (counted && resumption_) session.send_control(signalr_ack(session.format(), resumption_->received()));
}

/// Whether the message is one of those that are counted.
bool SignalRDialogue::take_hub_message(Session& session, std::string_view message) {
  if (phase_ == Phase::greeting) {
    shake_hands(session, message);
    return false;
  }
  std::vector<HubRequest> requests;
  (codec_of(session.format()).is_binary() ? decode_hub_msgpack : decode_hub_json)(message, profile_, requests);
  bool counted = false;
  for (auto& request : requests) {
    counted = counted || !is_uncounted(request.command);
    if (is_ignored(request.command)) continue;
    std::visit([&](auto& command) { handle(session, request.id, command); }, request.command);
  }
  return counted;
}

// ---- handshake ---------------------------------------------------------------------------------------------------

/// A client that connects is in the room of its profile. That join's reply is the answer to the handshake.
void SignalRDialogue::shake_hands(Session& session, std::string_view record) {
  const auto handshake = read_handshake(record);
  if (const auto* rejected = std::get_if<HandshakeRejected>(&handshake)) return session.close(rejected->reason);
  const auto& accepted = std::get<HandshakeAccepted>(handshake);
  if (accepted.encoding == HubEncoding::msgpack && !formats_.msgpack) {
    return session.close({CloseCode::protocol_error, "this transport is for text"});
  }
  session.set_format(accepted.encoding == HubEncoding::msgpack ? *formats_.msgpack : formats_.json);
  negotiated_.resumable = negotiated_.resumable && accepted.resumable;
  phase_ = Phase::joining;
  Command join = Join{profile_.room, std::nullopt, 0};
  session.handle(RequestId(kHandshakeId), join);
}

/// An answer for the client: that of its handshake, or of a message in a stream of its.
bool SignalRDialogue::take(Session& session, const RequestId& id, const Event& event) {
  if (is_upload_part(id)) {
    uploads_.on_answer(session, id, event);
    return true;
  }
  if (phase_ == Phase::joining && id == kHandshakeId) {
    finish_handshake(session, event);
    return true;
  }
  if (reply_kind(id) == ReplyKind::stream && streams_.take(session, id, event)) return true;
  if (const auto* joined = std::get_if<Joined>(&event)) announce(session, HubPush::joined, joined->room);
  return false;
}

void SignalRDialogue::handle(Session& session, const RequestId& id, Call& call) {
  if (reply_kind(id) == ReplyKind::stream) return streams_.handle(session, id, call);
  Command command = std::move(call);
  session.handle(id, command);
}

void SignalRDialogue::handle(Session& session, const RequestId& id, Leave& leave) {
  const std::string room = leave.room;
  const bool was_member = session.memberships().may(room, Right::send);
  Command command = std::move(leave);
  session.handle(id, command);
  if (was_member && !session.memberships().may(room, Right::send)) announce(session, HubPush::left, room);
}

/// A word to the members of a room, as hubs of groups give it. A client that may not speak there is not announced.
void SignalRDialogue::announce(Session& session, HubPush push, const std::string& room) const {
  const auto& call = profile_.push(push);
  if (!call || !call->is_for(room) || (room == profile_.room && call->rooms.empty())) return;
  if (push == HubPush::joined && !session.memberships().may(room, Right::send)) return;
  if (session.charge(prices::kRequest) > Milliseconds{0}) return;
  const auto arguments = hub_arguments(*call, session.person().user(), room, [] { return "null"; });
  session.shard().rooms().post(to_rooms::Notify{room, call->method, arguments});
}

void SignalRDialogue::finish_handshake(Session& session, const Event& reply) {
  phase_ = Phase::open;
  const auto* const refusal = std::get_if<Failure>(&reply);
  const bool is_closed_for_now = refusal != nullptr && is_temporary(refusal->code);
  // A client that only this room is closed to may use other rooms.
  const Event answer = is_closed_for_now ? reply : Event(Joined{});
  if (const auto frame = make_frame(session.format(), RequestId(kHandshakeId), answer)) session.queue(frame, false);
  if (is_closed_for_now) {
    session.divert_frames(false);
    return session.close({CloseCode::internal, "its room is closed for now"});
  }
  if (negotiated_.resumable) resumption_ = std::make_unique<Resumption>();
  session.divert_frames(resumption_ != nullptr);
  keep_alive_later(session);
  if (refusal != nullptr) session.send({}, Failure{refusal->code, profile_.room + ": " + refusal->message});
  receive(session, {});
}

// ---- signs of life -----------------------------------------------------------------------------------------------

void SignalRDialogue::keep_alive_later(Session& session) const {
  session.shard().clockwork().keep_alive_later(session,
                                               std::min<Milliseconds>(kKeepAlive, settings_.client_timeout / 3));
}

void SignalRDialogue::keep_alive(Session& session, Instant now) {
  keep_alive_later(session);
  if (now - session.last_heard() > settings_.client_timeout) return session.transport().abort();
  session.send_control(signalr_ping(session.format()));
}

/// SignalR's JavaScript client (10.0, HttpConnection.ts) told to come back opens a socket for the connection it is
/// leaving, on whichever node, if that could have gone on; and forgets it. One that just loses its socket does not.
bool SignalRDialogue::says_goodbye(const CloseReason& reason) const {
  return !resumption_ || reason.code == CloseCode::normal || reason.code == CloseCode::disconnected;
}

// ---- another socket ------------------------------------------------------------------------------------------------

/// Frames come here while the handshake is not answered, and are dropped: nothing may be said before that. Later only
/// from a client that counts: nothing numbered may be dropped on the way, hints neither.
bool SignalRDialogue::send(Session& session, const SharedBytes& frame, bool) {
  if (!resumption_) return false;
  resumption_->keep(frame, signalr_messages(session.format(), frame.view()));
  if (!detached_) return session.queue(frame, false);
  if (!is_resumable()) session.transport().abort();
  return is_resumable();
}

void SignalRDialogue::detach(Session& session) {
  detached_ = true;
  unread_.clear();  // the client says again what was cut off
  searched_ = 0;
  session.outbox().clear();
  session.heard(session.shard().clock().now());
}

/// Messages that have been here before; and, over another socket, all before the client has said where it goes on.
bool SignalRDialogue::is_ignored(const HubCommand& command) {
  if (!resumption_ || is_uncounted(command)) return false;
  return detached_ || !resumption_->take();
}

/// A client that opens a socket and forgets it says nothing there, and is told nothing.
void SignalRDialogue::handle(Session& session, const RequestId&, Restart& restart) {
  if (!resumption_ || !resumption_->restart(restart.next)) {
    return session.close({CloseCode::protocol_error, "messages before this one are missing"});
  }
  if (!std::exchange(detached_, false)) return;
  session.send_control(signalr_sequence(session.format(), resumption_->first_kept()));
  for (const auto& kept : resumption_->frames()) session.queue(kept.frame, false);
}

}  // namespace

DialoguePtr signalr_dialogue(const SignalRSettings& settings, const HubDialect& dialect, const SignalRFormats& formats,
                             Negotiated negotiated) {
  return DialoguePtr(new SignalRDialogue(settings, dialect.profile, formats, std::move(negotiated)));
}

}  // namespace chat
