#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/backplane/cluster_services.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/core/policy.hpp"

namespace chat {

/// Appends the entries of the queue `inbox` to the logs of their rooms. Programs write them to the store themselves:
///   XADD chat:inbox * room lobby data '{"text":"hi"}' name Shop
/// Each is appended once: its id is an idempotency key. The messages of a room keep the order of the queue: the next
/// ones are appended when the ones before are confirmed. A wrong entry goes to the dead letters with the reason. A
/// message that the store does not take now is tried again until it does. Messages of a room of which the store takes
/// none for a minute or more go to the dead letters, too, when they fill half of the bound: other rooms go on.
/// Thread: the loop of the rooms. Owner: Node. Bound: kMaxInHand entries or kMaxBytesInHand of messages, and one batch
/// of ClusterQueue; then the queue waits.
class Inbox final : private QueueConsumer {
 public:
  static constexpr std::size_t kMaxInHand = 1024;
  static constexpr std::size_t kMaxBytesInHand = 2 * 1024 * 1024;
  static constexpr std::size_t kMaxBurst = 256;  // messages of a room under way
  static constexpr const char* kQueue = "inbox";

  /// The policy knows how many messages a room keeps.
  Inbox(boost::asio::io_context& loop, ClusterServices& services, const Policy& policy, const Clock& clock,
        std::string node_id);

  void start() { services_.queue().consume(kQueue, *this); }
  /// Another node goes on.
  void stop();
  /// The entries that this node has taken and not stored yet.
  std::size_t waiting() const { return in_hand_; }

 private:
  struct Item {
    std::string entry;
    Append append;
  };
  /// The messages of a room, in order; the first ones are under way.
  struct Lane {
    std::deque<Item> items;
    bool is_under_way = false;
    std::size_t burst = kMaxBurst;
    Instant not_before{};
    std::string refusal{};  // why the store takes none of it for long; empty: it does, or may
  };
  /// The outcomes of the messages of a lane that are under way.
  struct Burst {
    std::vector<std::optional<Failure>> failures;
    std::size_t unanswered;
  };

  void on_entries(std::vector<QueueEntry> entries, std::function<void()> next) override;
  void on_lost() override;

  void take(QueueEntry entry);
  void bury(const std::string& entry, const std::string& reason);
  void advance(const std::string& room);
  void advance_if_known(const std::string& room);
  void send(Lane& lane, const std::string& room);
  void settle(const std::string& room, const Burst& burst);
  void pause(Lane& lane, Milliseconds time);
  void make_way();
  void set_retry();
  void advance_all();
  void acknowledge_soon(std::string entry);
  void acknowledge();
  void ask_for_more();

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  ClusterServices& services_;
  const Policy& policy_;
  const Clock& clock_;
  const std::string node_id_;
  TextMap<Lane> lanes_;  // by room; none is empty
  std::size_t in_hand_ = 0;
  std::size_t bytes_in_hand_ = 0;
  std::uint64_t generation_ = 0;  // of the entries in hand: outcomes of lost ones are of no use
  std::function<void()> next_;    // the queue waits for it
  std::vector<std::string> confirmed_;
  boost::asio::steady_timer retry_;
  bool is_retry_set_ = false;
};

}  // namespace chat
