#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "chat/codec/format.hpp"
#include "chat/core/close.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/core/policy.hpp"
#include "chat/rooms/session_ref.hpp"
#include "chat/sessions/asks.hpp"
#include "chat/sessions/dialogue.hpp"
#include "chat/sessions/memberships.hpp"
#include "chat/sessions/outbox.hpp"
#include "chat/sessions/person.hpp"
#include "chat/sessions/session_meters.hpp"
#include "chat/sessions/session_token.hpp"

namespace chat {

class FlushList;
class Shard;
class Transport;

/// One connected client, whatever its protocol and transport: its person, its rooms, its token, its rates, and what
/// waits for it. Thread: its shard, for life. Owner: its connection. Does no I/O.
class Session {
 public:
  /// Registers with the shard; the destructor leaves all rooms.
  Session(Shard& shard, Transport& transport, Format format, DialoguePtr dialogue);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// One message of the client, for its dialogue.
  void receive(std::string_view payload) { dialogue_->receive(*this, payload); }
  void receive_binary(std::string_view payload) { dialogue_->receive_binary(*this, payload); }
  /// Bytes came from the client, pongs too.
  void heard(Instant now) { last_heard_ = now; }
  Instant last_heard() const { return last_heard_; }
  /// Asks the client for the application. Errors: busy, if too many questions wait; refused; not_found: the session
  /// ends. After `due` nobody waits for the answer.
  void ask(const std::string& method, const std::string& arguments, Instant due, Completion<std::string> done);
  /// False: no question with this id waits for an answer.
  bool answer(std::string_view ask, Result<std::string> answer);

  /// Serves one request.
  void handle(const RequestId& id, Command& command);
  /// Answers a request that cannot be served, and counts it as a mistake.
  void refuse(const RequestId& id, ErrorCode code, std::string message);
  /// Queues a frame made for many. Over the budget ephemeral frames are lost, then the client. Returns false if the
  /// client does not get the frame.
  bool send(const SharedBytes& frame, bool ephemeral);
  bool send(const RequestId& id, const Event& event);
  /// Says why, then ends the connection. Later calls do nothing.
  void close(CloseReason reason);
  bool is_closing() const { return state_ == State::closing; }
  /// Whether it is worth waiting for another socket when this one is gone.
  bool is_resumable() const { return !is_closing() && dialogue_->is_resumable(); }

  // For the dialogue and the transport.

  /// Frames go to the dialogue instead of the outbox, or no longer.
  void divert_frames(bool to_dialogue);
  /// Queues a frame for the client itself, past the dialogue. Returns false if it is lost.
  bool queue(const SharedBytes& frame, bool ephemeral);
  /// Queues a frame of the transport's or the dialogue's own, which is no message.
  void send_control(const SharedBytes& frame);
  void set_format(Format format) { ref_.format = format; }
  /// The first answer waits for the answer to a join, so that both leave in one write.
  void cork(bool corked) { corked_ = corked; }
  void uncork();

  // For requests.

  Access access(std::string_view room) const;
  /// False, and answered, if the connection has used up its messages.
  bool pays_message(const RequestId& id);
  /// False, and answered, if the connection, its person or its address cannot pay for a request.
  bool pays(const RequestId& id, std::uint32_t price);
  Milliseconds charge(std::uint32_t price);
  Payer payer() const;
  /// For the application, see Asker.
  std::uint64_t caller() const;
  /// The policy may have changed, or the user has: ends the session or takes it out of rooms where it may not be.
  void recheck();
  /// The node's watch hears of a session that has begun, and of one whose user is not `before` any more.
  void tell_begun();
  void tell_user_change(const User& before);

  SessionRef ref() const { return ref_; }
  Format format() const { return ref_.format; }
  Shard& shard() { return shard_; }
  Transport& transport() { return transport_; }
  Outbox& outbox() { return outbox_; }
  Dialogue& dialogue() const { return *dialogue_; }
  Person& person() { return person_; }
  Memberships& memberships() { return memberships_; }
  SessionToken& token() { return token_; }
  SessionMeters& meters() { return meters_; }

 private:
  friend class FlushList;

  void put(const SharedBytes& frame, bool ephemeral);
  bool lacks_token(const Command& command) const;
  void close_slow();
  void refuse_for(const RequestId& id, Milliseconds wait, std::string_view what);
  void tell_ended(std::string_view reason);

  Shard& shard_;
  Transport& transport_;
  SessionRef ref_;
  enum class State : std::uint8_t { open, diverted, closing };
  State state_ = State::open;
  bool dirty_ = false;             // stands in the shard's list of sessions to flush
  bool corked_ = false;            // not flushed before the next frame
  bool is_told_ = false;           // its beginning, see SessionWatch
  std::string_view close_reason_;  // empty: the client has left
  Outbox outbox_;
  Person person_;
  Memberships memberships_;
  SessionToken token_;
  SessionMeters meters_;
  Instant last_heard_;
  DialoguePtr dialogue_;
  std::unique_ptr<Asks> asks_;  // null: the application has not asked yet
};

}  // namespace chat
