#pragma once

#include <memory>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/core/close.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/core/shared_bytes.hpp"

namespace chat {

class Session;

/// How a protocol reads its clients, and what it has beside requests and events: a handshake, signs of life, going on
/// over another socket. One object may serve all sessions, or each session has its own. Thread: the session's.
class Dialogue {
 public:
  Dialogue() = default;
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  /// The first words of a client: how long the node waits for them, and the reason it gives when they are missing.
  struct Greeting {
    Seconds within;
    std::string_view missing;
  };
  virtual Greeting greeting() const = 0;
  /// The session has been made, and nothing has been said.
  virtual void begin(Session&) {}
  /// One message of the client, as its transport brought it.
  virtual void receive(Session& session, std::string_view bytes) = 0;
  /// The same of a binary message.
  virtual void receive_binary(Session& session, std::string_view bytes) { receive(session, bytes); }
  /// An event for this client alone. True: the dialogue has dealt with it.
  virtual bool take(Session&, const RequestId&, const Event&) { return false; }
  /// A frame, while the session diverts frames to its dialogue. Returns false if the client does not get it.
  virtual bool send(Session&, const SharedBytes&, bool /*ephemeral*/) { return false; }
  /// Whether the client is told why its connection ends.
  virtual bool says_goodbye(const CloseReason&) const { return true; }

  /// Every 25 s: asks a silent client for a sign of life, or ends its connection.
  virtual void check_alive(Session& session, Instant now) = 0;
  /// The time has come that the dialogue asked for with Clockwork::keep_alive_later().
  virtual void keep_alive(Session&, Instant) {}
  /// Whether clients send signs of life by themselves; otherwise it is one that they take what they are sent.
  virtual bool has_signs_of_life() const { return false; }
  /// Whether a client comes back to another node only when its connection is closed.
  virtual bool moves_when_closed() const { return false; }

  /// The token with which the client began; empty: none.
  virtual std::string_view token() const { return {}; }
  /// Whether the session may wait for another socket when this one is gone.
  virtual bool is_resumable() const { return false; }
  /// The session has no socket, or a second one over which the client has not said where it goes on.
  virtual bool is_detached() const { return false; }
  /// The socket is gone.
  virtual void detach(Session&) {}

  /// The session ends: its own dialogue is deleted.
  virtual void release() = 0;
  struct Release {
    void operator()(Dialogue* dialogue) const { dialogue->release(); }
  };

 protected:
  virtual ~Dialogue() = default;
};

/// The dialogue of one session.
using DialoguePtr = std::unique_ptr<Dialogue, Dialogue::Release>;

}  // namespace chat
