#include "chat/base/rate_table.hpp"

#include <algorithm>
#include <string_view>

#include "chat/base/hash.hpp"

namespace chat {
namespace {

void raise_to(std::atomic<Instant::rep>& place, Instant::rep value) {
  auto seen = place.load(std::memory_order_relaxed);
  while (seen < value && !place.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

}  // namespace

RateTable::Places RateTable::places(Kind kind, std::uint64_t payer) {
  std::array<char, sizeof payer + 1> key{static_cast<char>(kind)};
  for (std::size_t i = 0; i < sizeof payer; ++i) key[i + 1] = static_cast<char>(payer >> (8 * i) & 0xff);
  const std::size_t hash = keyed_hash({key.data(), key.size()});
  return {hash % kPlaces, hash / kPlaces % kPlaces};
}

RateTable::Ticks RateTable::full_at(Places at) const {
  return std::min(rows_[0][at.first].load(std::memory_order_relaxed),
                  rows_[1][at.second].load(std::memory_order_relaxed));
}

void RateTable::raise(Places at, Ticks full_at) {
  raise_to(rows_[0][at.first], full_at);
  raise_to(rows_[1][at.second], full_at);
}

Milliseconds RateTable::take(Kind kind, std::uint64_t payer, const RateLimit& limit, Instant now, std::uint32_t cost) {
  if (limit.is_off()) return Milliseconds{0};
  const Places at = places(kind, payer);
  const Ticks begin = now.time_since_epoch().count();
  const Ticks next = std::max(full_at(at), begin) + (limit.interval() * limit.capped(cost)).count();
  const std::chrono::nanoseconds over = std::chrono::nanoseconds(next - begin) - limit.tolerance();
  if (over.count() > 0) return std::chrono::ceil<Milliseconds>(over);
  raise(at, next);
  return Milliseconds{0};
}

void RateTable::charge(Kind kind, std::uint64_t payer, const RateLimit& limit, Instant now, std::uint32_t cost) {
  if (limit.is_off()) return;
  const Places at = places(kind, payer);
  raise(at, std::max(full_at(at), now.time_since_epoch().count()) + (limit.interval() * cost).count());
}

Milliseconds RateTable::wait(Kind kind, std::uint64_t payer, const RateLimit& limit, Instant now) const {
  if (limit.is_off()) return Milliseconds{0};
  const std::chrono::nanoseconds level(full_at(places(kind, payer)) - now.time_since_epoch().count());
  return std::max(Milliseconds{0}, std::chrono::ceil<Milliseconds>(level - limit.tolerance()));
}

}  // namespace chat
