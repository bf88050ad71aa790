#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chat/backplane/cluster_services.hpp"
#include "chat/base/clock.hpp"
#include "chat/hooks/event_delivery.hpp"

namespace chat {

/// Gives the events of the store's queue to EventDelivery while this node is the consumer. Reads the lengths of the
/// queue every kLook; logs an error while it is full, and when events were lost because it was.
/// Thread: the loop of the rooms. Owner: Node. Bound: that of EventDelivery.
class HookEvents final : private QueueConsumer, private EventSource {
 public:
  static constexpr Seconds kLook{5};

  /// All references must outlive it.
  HookEvents(boost::asio::io_context& loop, ClusterServices& services, const Clock& clock, HookCaller& caller);

  /// Begins, or ends, as the rules have asynchronous hooks or none; call it when they have changed.
  void follow_rules();
  /// Another node goes on.
  void stop();
  /// Events that this node has taken and not delivered yet.
  std::size_t in_hand() const { return delivery_ ? delivery_->waiting() : 0; }
  /// As it was when it was read last.
  const EventBacklog& backlog() const { return backlog_; }

 private:
  void on_entries(std::vector<QueueEntry> entries, std::function<void()> next) override;
  void on_lost() override;
  void next(std::function<void(std::vector<QueuedEvent>)> take) override;
  void acknowledge(const std::string& id) override;
  void bury(const std::string& id, const std::string& reason) override;

  void begin();
  void send_acknowledgements();
  void look();
  void on_backlog(const EventBacklog& backlog);

  boost::asio::io_context& loop_;
  ClusterServices& services_;
  const Clock& clock_;
  HookCaller& caller_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<EventDelivery> delivery_;
  std::function<void()> next_;                          // the queue waits until more is wanted
  std::function<void(std::vector<QueuedEvent>)> take_;  // the delivery waits for more
  std::vector<std::string> delivered_;                  // in this turn
  EventBacklog backlog_;
  bool has_looked_ = false;
};

}  // namespace chat
