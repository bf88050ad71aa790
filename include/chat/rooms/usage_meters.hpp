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

/// The address (IPv4, or the first 64 bits of IPv6) and the user that a message is charged to, as numbers.
struct Payer {
  std::uint64_t address = 0;
  std::uint64_t person = 0;
};

/// The limits of stored messages, see UsageMeters. Each is off by default.
struct UsageLimits {
  RateLimit person_messages;
  RateLimit address_messages;  // units: started KiB of a message
  RateLimit room_messages;     // of one address in one room
  RateLimit new_senders;       // of one address: entries in the tables that recognise repetitions
  RateLimit new_rooms;         // of one address: rooms that begin to be stored
};

/// The messages that each payer has stored recently through all nodes: a stored message costs the whole cluster. A node
/// reports the use of its busy payers to the others, some times a second. Before the report arrives each node may admit
/// a burst of its own. The excess is a debt: the payer is refused until it is paid off, so over time the limit holds
/// exactly. A pure state machine; thread: the loop of the rooms. Owner: Metering. Bound: kMaxEntries payers,
/// kMaxReported a report.
class UsageMeters {
 public:
  enum class Kind : std::uint8_t { person_messages, address_messages, room_messages, new_senders, new_rooms };
  static constexpr std::size_t kMaxEntries = 100'000;
  static constexpr std::size_t kMaxReported = 512;

  explicit UsageMeters(const UsageLimits& limits);

  bool is_off() const { return off_; }
  struct Charge {
    Kind kind;
    std::uint64_t payer;
    std::uint32_t cost = 1;
  };
  /// Admits and charges all or none. Returns zero, or the time to wait.
  Milliseconds take(std::initializer_list<Charge> charges, Instant now);

  bool has_report() const { return !unreported_.empty(); }
  /// The unreported use, as one line: "<kind> <payer> <cost>[,…]".
  std::string take_report();
  /// The report of another node. Ignores a text that is no report, and use beyond all limits.
  void apply_report(std::string_view report, Instant now);

  /// Forgets payers that have their full rate again.
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
    std::uint32_t unreported = 0;  // use of this node that is not reported yet
    bool is_shared = false;        // busy enough to be reported
  };

  const RateLimit& limit(Kind kind) const { return limits_[static_cast<std::size_t>(kind)]; }
  static std::uint32_t level(const Meter& meter, const RateLimit& limit, Instant now);
  void use(const Charge& charge, Meter& meter, Instant now);
  void tell(const Key& key, Meter& meter, std::uint32_t used);
  void apply(const Charge& charge, Instant now);

  std::array<RateLimit, kKinds> limits_;
  bool off_;
  std::unordered_map<Key, Meter, KeyHash> meters_;
  std::vector<Key> unreported_;
};

}  // namespace chat
