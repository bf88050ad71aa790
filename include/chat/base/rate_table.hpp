#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "chat/base/clock.hpp"
#include "chat/base/rate_limit.hpp"

namespace chat {

/// Rate meters of any number of payers in a fixed amount of memory (1 MiB), so that no flood of payers makes it grow
/// and no thread waits for another. Each payer has a place in two rows, and the lower count is its use (a count-min
/// sketch, Cormode & Muthukrishnan, 2005): a payer is held to another's use only where it shares both places with busy
/// ones. Thread: any.
class RateTable {
 public:
  /// What is metered; the same payer has a meter of its own for each kind.
  enum class Kind : std::uint8_t {
    person_requests,
    address_requests,
    connects,
    http_requests,
    probes,
    input,
    slow_mode,
    token_faults,
    traces
  };

  /// Zero if admitted now and charged, else how long until the same request would be.
  Milliseconds take(Kind kind, std::uint64_t payer, const RateLimit& limit, Instant now, std::uint32_t cost = 1);
  /// Charges past use, admitted or not.
  void charge(Kind kind, std::uint64_t payer, const RateLimit& limit, Instant now, std::uint32_t cost);
  /// How long until the payer is within its limit again.
  Milliseconds wait(Kind kind, std::uint64_t payer, const RateLimit& limit, Instant now) const;

 private:
  static constexpr std::size_t kPlaces = 65536;
  using Ticks = Instant::rep;
  struct Places {
    std::size_t first, second;
  };
  static Places places(Kind kind, std::uint64_t payer);
  Ticks full_at(Places at) const;
  void raise(Places at, Ticks full_at);

  using Row = std::array<std::atomic<Ticks>, kPlaces>;
  std::array<Row, 2> rows_{};
};

}  // namespace chat
