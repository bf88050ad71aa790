#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/base/rate_limit.hpp"

namespace chat {

/// Who causes something: an address (IPv4, or the first 64 bits of IPv6) and a person, as numbers.
struct Payer {
  std::uint64_t address = 0;
  std::uint64_t person = 0;
};

/// What may be stored, by whom; see UsageMeters. Each is off by default.
struct UsageLimits {
  RateLimit person_messages;
  RateLimit address_messages;  // units: started KiB of a message
  RateLimit room_messages;     // of one address in one room
  RateLimit new_senders;       // of one address: entries in the tables that recognise repetitions
  RateLimit new_rooms;         // of one address: rooms that begin to be stored
};

/// What each payer has stored lately, on all nodes: what is stored costs the whole cluster, whichever node takes it. A
/// node tells the others what its busy payers have used, some times a second. Until they hear of it each of them may
/// admit a burst of its own; that is a debt which the payer pays off before anything more is admitted, so over time the
/// limit holds exactly. A pure state machine. Thread: the hub's loop. Bound: kMostEntries payers, kMostTold a report.
class UsageMeters {
 public:
  enum class Kind : std::uint8_t { person_messages, address_messages, room_messages, new_senders, new_rooms };
  static constexpr std::size_t kMostEntries = 100'000;
  static constexpr std::size_t kMostTold = 512;

  explicit UsageMeters(const UsageLimits& limits);

  bool is_off() const { return off_; }
  struct Charge {
    Kind kind;
    std::uint64_t payer;
    std::uint32_t cost = 1;
  };
  /// Zero if all are admitted, and all are charged; else none is, and how long to wait.
  Milliseconds take(std::initializer_list<Charge> charges, Instant now);

  bool has_report() const { return !untold_.empty(); }
  /// What the other nodes have not been told yet, a line: "<kind> <payer> <cost>[,…]".
  std::string take_report();
  /// What another node has told. What is no report, or is beyond all limits, is passed over.
  void apply_report(std::string_view report, Instant now);

  /// Forgets payers who could do everything again.
  void expire(Instant now);
  std::size_t entries() const { return meters_.size(); }

  /// One number for an address in a room, the same on all nodes.
  static std::uint64_t in_room(std::uint64_t address, std::string_view room);

 private:
  static constexpr std::size_t kKinds = 5;
  struct Key {
    Kind kind;
    std::uint64_t payer;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Meter {
    Instant full_at{};
    std::uint32_t untold = 0;  // of what was used here
    bool is_shared = false;    // busy enough for the others to know of it
  };

  const RateLimit& limit(Kind kind) const { return limits_[static_cast<std::size_t>(kind)]; }
  static std::uint32_t level(const Meter& meter, const RateLimit& limit, Instant now);
  void use(const Charge& charge, Meter& meter, Instant now);
  void tell(const Key& key, Meter& meter, std::uint32_t used);
  void apply(const Charge& charge, Instant now);

  std::array<RateLimit, kKinds> limits_;
  bool off_;
  std::unordered_map<Key, Meter, KeyHash> meters_;
  std::vector<Key> untold_;
};

}  // namespace chat
