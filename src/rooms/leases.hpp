#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/clock.hpp"

namespace chat {

/// Renews the lease of this node, and learns from the renewals which nodes live.
/// Thread: the loop of the rooms. Owner: RoomService. Errors: a renewal that fails is repeated after 500 ms.
class Leases {
 public:
  /// The other nodes took this node for dead, or the store lost all leases.
  using OnLost = std::function<void()>;
  /// A renewal succeeded, and every living node has had the time to renew.
  using OnLiving = std::function<void(const std::vector<NodeInstance>& living)>;

  Leases(boost::asio::io_context& loop, PresenceStore& store, NodeInstance instance, const Clock& clock, OnLost on_lost,
         OnLiving on_living);

  /// No shard of the store answers any more.
  void on_away() { is_available_ = false; }
  /// A shard of the store answers again, whose leases may have ended meanwhile: renews at once.
  void on_available();
  /// Renews now and then every PresenceStore::kRenewEvery.
  void renew();
  /// Gives the lease back for good.
  void resign();

  /// Whether the store can tell a dead node from one that has not renewed yet. No node can renew while the store is
  /// away, and a store that comes back may refuse renewals for a while; therefore this is false for the time of a lease
  /// after that.
  bool is_complete() const;

 private:
  void on_refused();
  void on_renewed(const Lease& lease, Instant asked);
  void renew_after(Milliseconds pause);

  PresenceStore& store_;
  NodeInstance instance_;
  const Clock& clock_;
  OnLost on_lost_;
  OnLiving on_living_;
  boost::asio::steady_timer timer_;
  bool is_available_ = false;
  bool had_lease_ = false;
  Instant leased_at_{};        // when the last successful renewal was asked for
  Instant renewable_since_{};  // the store has accepted renewals since then, or a little later
};

}  // namespace chat
