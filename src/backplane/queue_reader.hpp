#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/backplane/cluster_queue.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"

namespace chat {

/// The answer of a store to this node as the consumer of a queue.
struct QueuePage {
  bool is_anew = false;  // the node has become the consumer with this call
  std::string after;     // the place behind the entries, for the next call
  std::vector<QueueEntry> entries;
};

/// Offers this node as the consumer of one queue, and reads it while the lease is this node's. One call at a time: at
/// once when the consumer wants more, each kIdle when the queue is empty, each kRenew to renew the lease or to ask for
/// it. After a call that failed, and whenever a connection breaks, it reads again from the oldest entry that is not
/// acknowledged: the answer may have had entries, and the store may have lost acknowledgements.
/// Thread: the backplane loop. Owner: QueueReaders, and the handlers of calls under way.
class QueueReader final : public std::enable_shared_from_this<QueueReader> {
 public:
  static constexpr Milliseconds kIdle{100};
  static constexpr Milliseconds kRenew{1000};
  static constexpr Milliseconds kLease{3000};
  /// The place before all entries.
  static constexpr const char* kOldest = "0";

  /// A question to the store.
  struct Ask {
    std::string queue;
    Milliseconds lease{0};  // 0: gives the lease up
    std::string after;
    std::size_t most_entries = 0;
  };
  /// Nothing: another node is the consumer, or the call has failed.
  using OnPage = std::function<void(std::optional<QueuePage>)>;
  using Read = std::function<void(const Ask& ask, OnPage on_page)>;

  QueueReader(boost::asio::io_context& loop, std::string queue, QueueConsumer& consumer, Read read);

  /// Calls after `pause`; after a call under way at once.
  void call_soon(Milliseconds pause = Milliseconds{0});
  /// This node is not sure any more which entries it has.
  void lose();
  /// Gives up the lease. Nothing is called any more.
  void stop();
  /// The connections end.
  void abandon();

 private:
  void call();
  void take(QueuePage page);
  void want_more(std::uint64_t turn);

  const std::string queue_;
  QueueConsumer* consumer_;  // null: stopped
  Read read_;
  boost::asio::steady_timer timer_;
  std::string after_ = kOldest;
  bool is_consumer_ = false;   // it may have entries
  bool is_busy_ = false;       // it has not asked for more
  bool is_calling_ = false;    // a call is under way
  bool is_due_again_ = false;  // another one is wanted behind it
  std::uint64_t turn_ = 0;     // of a batch: an older one asks for more in vain
};

/// The queues that this node offers itself for. Thread: the backplane loop. Owner: the queues of a store.
class QueueReaders {
 public:
  QueueReaders(boost::asio::io_context& loop, QueueReader::Read read) : loop_(loop), read_(std::move(read)) {}

  void consume(const std::string& queue, QueueConsumer& consumer);
  /// An order about entries of the queue has failed: its consumer begins anew.
  void on_failed(const std::string& queue);
  void stop(const std::string& queue);
  void on_available(bool is_available);
  void abandon();

 private:
  boost::asio::io_context& loop_;
  QueueReader::Read read_;
  TextMap<std::shared_ptr<QueueReader>> readers_;
};

}  // namespace chat
