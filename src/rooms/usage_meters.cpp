#include "chat/rooms/usage_meters.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "chat/base/hash.hpp"
#include "chat/base/metrics.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

/// By kind.
std::array<Counter, 5> refusals{Counter{"chat_refused_total{limit=\"person_messages\"}", limits::kRefusedHelp},
                                Counter{"chat_refused_total{limit=\"address_messages\"}", limits::kRefusedHelp},
                                Counter{"chat_refused_total{limit=\"room_messages\"}", limits::kRefusedHelp},
                                Counter{"chat_refused_total{limit=\"new_senders\"}", limits::kRefusedHelp},
                                Counter{"chat_refused_total{limit=\"new_rooms\"}", limits::kRefusedHelp}};

constexpr Milliseconds kFull{1000};     // a new payer waits this long while the table is full
constexpr Seconds kLongestDebt{60};     // beyond a burst: the worst that a forged report can do
constexpr std::uint32_t kBusyPart = 4;  // of the burst: a payer that has used more is reported

/// FNV-1a (Fowler, Noll, Vo): the same in every process. Collisions only make two rooms share an address's limit.
std::uint64_t stable_hash(std::string_view text, std::uint64_t hash) {
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  return hash;
}

/// The number in front of `text`, which is taken off together with the character behind it.
std::uint64_t take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) {
    text = {};
    return 0;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return number;
}

}  // namespace

UsageMeters::UsageMeters(const UsageLimits& limits)
    : limits_{limits.person_messages, limits.address_messages, limits.room_messages, limits.new_senders,
              limits.new_rooms},
      off_(std::all_of(limits_.begin(), limits_.end(), [](const RateLimit& limit) { return limit.is_off(); })) {}

std::size_t UsageMeters::KeyHash::operator()(const Key& key) const {
  std::array<char, sizeof key.payer + 1> bytes{static_cast<char>(key.kind)};
  for (std::size_t i = 0; i < sizeof key.payer; ++i) bytes[i + 1] = static_cast<char>(key.payer >> (8 * i) & 0xff);
  return keyed_hash({bytes.data(), bytes.size()});
}

std::uint64_t UsageMeters::in_room(std::uint64_t address, std::string_view room) {
  return stable_hash(room, 0xcbf29ce484222325 ^ address * 0x9e3779b97f4a7c15);
}

std::uint32_t UsageMeters::level(const Meter& meter, const RateLimit& limit, Instant now) {
  if (meter.full_at <= now) return 0;
  return static_cast<std::uint32_t>((meter.full_at - now + limit.interval() - std::chrono::nanoseconds(1)) /
                                    limit.interval());
}

Milliseconds UsageMeters::take(std::initializer_list<Charge> charges, Instant now) {
  Milliseconds longest{0};
  Kind strictest{};
  for (const auto& charge : charges) {
    const RateLimit& limit = this->limit(charge.kind);
    if (limit.is_off() || charge.cost == 0) continue;
    const auto place = meters_.find(Key{charge.kind, charge.payer});
    if (place == meters_.end() && meters_.size() >= kMaxEntries) return kFull;
    const Instant from = place == meters_.end() ? now : std::max(place->second.full_at, now);
    const auto over = from + limit.interval() * limit.capped(charge.cost) - now - limit.tolerance();
    const auto wait = std::chrono::ceil<Milliseconds>(over);
    if (wait <= longest) continue;
    longest = wait;
    strictest = charge.kind;
  }
  if (longest > Milliseconds{0}) {
    refusals[static_cast<std::size_t>(strictest)].add();
    return longest;
  }
  for (const auto& charge : charges) {
    if (!limit(charge.kind).is_off() && charge.cost > 0) use(charge, meters_[Key{charge.kind, charge.payer}], now);
  }
  return Milliseconds{0};
}

void UsageMeters::use(const Charge& charge, Meter& meter, Instant now) {
  const RateLimit& limit = this->limit(charge.kind);
  const std::uint32_t cost = limit.capped(charge.cost);
  meter.full_at = std::max(meter.full_at, now) + limit.interval() * cost;
  if (meter.is_shared) return tell({charge.kind, charge.payer}, meter, cost);
  const std::uint32_t used = level(meter, limit, now);
  if (used <= limit.burst / kBusyPart) return;
  meter.is_shared = true;
  tell({charge.kind, charge.payer}, meter, used);
}

void UsageMeters::tell(const Key& key, Meter& meter, std::uint32_t used) {
  if (meter.unreported == 0) unreported_.push_back(key);
  meter.unreported += used;
}

std::string UsageMeters::take_report() {
  std::string report;
  const std::size_t count = std::min(unreported_.size(), kMaxReported);
  for (std::size_t i = unreported_.size() - count; i < unreported_.size(); ++i) {
    const auto place = meters_.find(unreported_[i]);
    if (place == meters_.end()) continue;
    if (!report.empty()) report += ',';
    report += std::to_string(static_cast<unsigned>(unreported_[i].kind)) + ' ' + std::to_string(unreported_[i].payer) +
              ' ' + std::to_string(std::exchange(place->second.unreported, 0));
  }
  unreported_.resize(unreported_.size() - count);
  return report;
}

void UsageMeters::apply_report(std::string_view report, Instant now) {
  for (std::size_t i = 0; i < kMaxReported && !report.empty(); ++i) {
    const auto kind = take_number(report);
    const auto payer = take_number(report);
    const auto cost = take_number(report);
    if (kind >= kKinds || cost == 0 || cost > std::numeric_limits<std::uint32_t>::max()) continue;
    apply({static_cast<Kind>(kind), payer, static_cast<std::uint32_t>(cost)}, now);
  }
}

/// This node reports the use from before the first report of another node, but not the use that the other reported.
void UsageMeters::apply(const Charge& charge, Instant now) {
  const RateLimit& limit = this->limit(charge.kind);
  if (limit.is_off()) return;
  const Key key{charge.kind, charge.payer};
  if (meters_.size() >= kMaxEntries && !meters_.contains(key)) return;
  Meter& meter = meters_[key];
  if (!std::exchange(meter.is_shared, true)) {
    if (const auto used = level(meter, limit, now); used > 0) tell(key, meter, used);
  }
  const std::chrono::nanoseconds ceiling = limit.tolerance() + kLongestDebt;
  const auto debt = std::min(std::chrono::nanoseconds(limit.interval().count() * std::int64_t{charge.cost}), ceiling);
  meter.full_at = std::min(std::max(meter.full_at, now) + debt, now + ceiling);
}

void UsageMeters::expire(Instant now) {
  std::erase_if(meters_,
                [now](const auto& entry) { return entry.second.full_at <= now && entry.second.unreported == 0; });
}

}  // namespace chat
