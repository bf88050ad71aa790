#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace chat {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// A point on the monotonic clock: for time-outs, rates and ages. Never leaves the process.
using Instant = std::chrono::steady_clock::time_point;

/// Milliseconds since 1970 by the wall clock: for people and for other processes.
using UnixMs = std::int64_t;
/// The same in microseconds: for the hops of a traced message.
using UnixUs = std::int64_t;

/// Where time comes from, so that state machines are tested without waiting.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual UnixMs unix_ms() const = 0;
  /// By the machine's wall clock, never corrected.
  virtual UnixUs unix_us() const { return unix_ms() * 1000; }
};

class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  UnixMs unix_ms() const override;
  UnixUs unix_us() const override;
  /// How far the machine's wall clock is ahead of a better one: unix_ms() tells that one's time. Thread: any.
  void correct(Milliseconds ahead) { ahead_.store(ahead, std::memory_order_relaxed); }
  Milliseconds correction() const { return ahead_.load(std::memory_order_relaxed); }

 private:
  std::atomic<Milliseconds> ahead_{Milliseconds{0}};
};

/// "2026-11-21T13:40:00.123Z" (RFC 3339, UTC).
std::string to_rfc3339(UnixMs time);

}  // namespace chat
