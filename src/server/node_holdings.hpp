#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/backplane/cluster_events.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/mailbox.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/rooms/room_watch.hpp"
#include "chat/sessions/session_watch.hpp"
#include "server/dead_holdings.hpp"
#include "server/holding_queue.hpp"

namespace chat {

/// Tells the store which sessions and rooms this node has, so that the events connected, disconnected, room_occupied
/// and room_vacated are enqueued in the step that stores the change. One call at a time; one that fails is repeated
/// with the same number after kRetry. When the store may have lost changes, it reads its own holdings there and stores
/// the difference.
/// Thread: the loop of the rooms; SessionWatch: any. Owner: Node. Bound: the sessions and rooms of this node, and
/// HoldingQueue::kMaxWaiting changes; a session that has come and gone above it is not told, but counted.
class NodeHoldings final : public RoomWatch, public SessionWatch {
 public:
  static constexpr Milliseconds kRetry{1000};
  static constexpr Seconds kRenew{3600};  // the store forgets a node that says nothing for a week

  /// `wants`: whether the application has the hook, for a room's event also for that room.
  NodeHoldings(boost::asio::io_context& loop, ClusterEvents& store, NodeInstance instance, const Clock& clock,
               HookInterest wants);

  void on_begun(std::string session, User user) override;
  void on_ended(std::string session, std::string_view reason) override;

  void on_room(const std::string& room, bool has_members) override;
  void on_doubt() override;
  void on_away() override;
  void on_living(const std::vector<NodeInstance>& living) override;

  /// Sends all that waits, and stops. The other nodes tell the rest when they know that this node is gone.
  void stop();

 private:
  struct SessionNews {
    std::string session;
    User user{};
    std::string_view reason{};
    bool has_begun = false;
  };

  void take(SessionNews& news);
  void add(HoldingChange change);
  bool wants(const Holding& holding) const;
  void advance();
  void advance_later(Milliseconds pause);
  void send(HoldingChanges changes);
  void renew();
  void on_stored(bool is_stored);
  void compare(const std::string& cursor);
  void settle_difference();

  [[no_unique_address]] ThreadCheck thread_;
  ClusterEvents& store_;
  NodeInstance instance_;
  const Clock& clock_;
  HookInterest wants_;
  Mailbox<SessionNews> news_;
  boost::asio::steady_timer timer_;
  Held here_;
  HoldingQueue queue_;
  Held stored_;  // while it compares
  bool is_available_ = false;
  bool is_in_doubt_ = false;
  bool is_busy_ = false;    // a call is under way
  bool is_posted_ = false;  // advance() is
  DeadHoldings dead_;
};

}  // namespace chat
