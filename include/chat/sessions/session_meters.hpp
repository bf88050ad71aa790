#pragma once

#include <cstdint>

#include "chat/base/rate_limit.hpp"
#include "chat/base/rate_table.hpp"
#include "chat/rooms/usage_meters.hpp"

namespace chat {

struct SessionSettings;

/// The share of its rates that one connection has used. Thread: the session's.
class SessionMeters {
 public:
  /// Zero if the connection may send one more message, else the time until it may.
  Milliseconds take_message(const SessionSettings& settings, Instant now);
  /// The same for a request of `price`, of which the person and the address have their share too.
  Milliseconds charge(const SessionSettings& settings, RateTable& rates, const Payer& payer, std::uint32_t price,
                      Instant now);
  /// Whether the client makes more requests that cannot be served than anybody makes by mistake.
  bool is_over_mistakes(Instant now);
  /// Whether the client goes on with requests that are refused because of a rate.
  bool is_over_refusals(Instant now);

 private:
  RateMeter messages_;
  RateMeter requests_;
  RateMeter mistakes_;
  RateMeter refusals_;
};

}  // namespace chat
