#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "backplane/postgres/postgres_backplane.hpp"
#include "chat/backplane/cluster_queue.hpp"

namespace chat::postgres {

/// Offers this node as the consumer of one queue, and reads it while the lease is this node's: see read_queue() in
/// sql/0005_queues.sql. One call at a time: at once when the consumer wants more, each kIdle when the queue is empty,
/// each kRenew to renew the lease or to ask for it. After a call without a usable reply, and whenever a connection
/// breaks, it reads again from the oldest entry that is not acknowledged: the reply may have had entries. Thread: the
/// backplane loop. Owner: PostgresQueue, and the handlers of calls under way.
class QueueReader final : public std::enable_shared_from_this<QueueReader> {
 public:
  static constexpr Milliseconds kIdle{100};
  static constexpr Milliseconds kRenew{1000};
  static constexpr Milliseconds kLease{3000};

  QueueReader(PostgresBackplane& backplane, std::string own_id, std::string queue, QueueConsumer& consumer);

  /// Calls soon, not in `pause` only.
  void call_soon(Milliseconds pause = Milliseconds{0});
  /// This node is not sure any more which entries it has.
  void lose();
  /// Gives up the lease. Nothing is called any more.
  void stop();
  /// The connections end.
  void abandon();

 private:
  void call();
  void take(const Reply& reply);
  void want_more(std::uint64_t turn);
  Params params(Milliseconds lease, std::size_t most_entries) const;

  PostgresBackplane& backplane_;
  const std::string own_id_;
  const std::string queue_;
  QueueConsumer* consumer_;  // null: stopped
  boost::asio::steady_timer timer_;
  std::uint64_t after_ = 0;    // the last entry that it has
  bool is_consumer_ = false;   // it may have entries
  bool is_busy_ = false;       // it has not asked for more
  bool is_calling_ = false;    // a call is under way
  bool is_due_again_ = false;  // another one is wanted behind it
  std::uint64_t turn_ = 0;     // of a batch: an older one asks for more in vain
};

}  // namespace chat::postgres
