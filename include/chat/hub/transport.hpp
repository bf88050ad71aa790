#pragma once

namespace chat {

class Outbox;

/// What a session needs of its connection; implemented by each transport. Thread: the session's shard.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Writes as much of the outbox as the peer takes now and goes on by itself when it takes more. Called once a
  /// session and turn, and when the outbox is full.
  virtual void flush(Outbox& outbox) = 0;
  /// Asks for a sign of life; called every 25 s or so when the client has been silent.
  virtual void ping() = 0;
  /// The session has put its last frame into the outbox: end the connection after it, or soon anyway.
  virtual void finish() = 0;
  /// Ends the connection at once.
  virtual void abort() = 0;
};

}  // namespace chat
