#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chat {

class Outbox;

/// Told when a shard writes what a turn has brought, so that writes of many sessions can go out together.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;
  /// Flushes of `sessions` sessions follow.
  virtual void begin_batch(std::size_t sessions) = 0;
  /// All of them have been flushed.
  virtual void end_batch() = 0;
};

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
  /// The client's address as a number, see address_key(): who pays for what the session asks.
  virtual std::uint64_t address() const = 0;
  /// For operators.
  virtual std::string_view name() const { return "websocket"; }
};

}  // namespace chat
