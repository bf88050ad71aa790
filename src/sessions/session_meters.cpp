#include "chat/sessions/session_meters.hpp"

#include "chat/base/metrics.hpp"
#include "chat/core/limits.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {
namespace {

constexpr RateLimit kMistakes{5, 20};

Counter refused_messages{"chat_refused_total{limit=\"messages\"}", limits::kRefusedHelp};
Counter refused_requests{"chat_refused_total{limit=\"requests\"}", limits::kRefusedHelp};

Milliseconds counted(Counter& refused, Milliseconds wait) {
  if (wait > Milliseconds{0}) refused.add();
  return wait;
}

}  // namespace

Milliseconds SessionMeters::take_message(const SessionSettings& settings, Instant now) {
  return counted(refused_messages, messages_.take(settings.messages, now));
}

/// The narrowest meter first: what a connection may not do costs its person and its address nothing.
Milliseconds SessionMeters::charge(const SessionSettings& settings, RateTable& rates, const Payer& payer,
                                   std::uint32_t price, Instant now) {
  using Kind = RateTable::Kind;
  if (settings.requests.is_off()) return Milliseconds{0};
  if (const auto wait = requests_.take(settings.requests, now, price); wait > Milliseconds{0}) {
    return counted(refused_requests, wait);
  }
  if (payer.person != 0) {  // before the first request there is none
    const auto wait = rates.take(Kind::person_requests, payer.person, settings.requests, now, price);
    if (wait > Milliseconds{0}) return counted(refused_requests, wait);
  }
  return counted(refused_requests,
                 rates.take(Kind::address_requests, payer.address, settings.address_requests, now, price));
}

bool SessionMeters::is_over_mistakes(Instant now) { return mistakes_.take(kMistakes, now) > Milliseconds{0}; }

bool SessionMeters::is_over_refusals(Instant now) { return refusals_.take(prices::kRefusals, now) > Milliseconds{0}; }

}  // namespace chat
