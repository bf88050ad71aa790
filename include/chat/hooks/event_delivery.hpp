#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "chat/base/clock.hpp"
#include "chat/hooks/delivery_queue.hpp"
#include "chat/hooks/event_source.hpp"
#include "chat/hooks/hook_caller.hpp"
#include "chat/hooks/poison_watch.hpp"

namespace chat {

/// Delivers the events of a queue to the application: each at least once, those of one key in order, many keys at the
/// same time. A delivery that fails is repeated with longer and longer pauses. An event that the application refuses
/// for good, or that PoisonWatch gives up, is buried with the reason.
/// Thread: the loop's. Owner: the node; must be destroyed on the loop's thread or after its run.
/// Bound: kMaxEvents or kMaxBytes, and one batch. While the application is away nothing more is taken from the source.
class EventDelivery {
 public:
  static constexpr std::size_t kMaxEvents = 4096;
  static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024;

  /// All references must outlive the delivery. `random`: 0 to 1, for the jitter of retries.
  EventDelivery(boost::asio::io_context& loop, const Clock& clock, HookCaller& caller, EventSource& source,
                std::function<double()> random);
  ~EventDelivery();
  EventDelivery(const EventDelivery&) = delete;
  EventDelivery& operator=(const EventDelivery&) = delete;

  /// Takes events from now on.
  void start() { advance(); }
  /// Sends the events that are due by the clock. The delivery's timer calls it.
  void advance();

  std::size_t waiting() const { return queue_.size(); }

 private:
  void take_next();
  void send_due();
  void send(const QueuedEvent& event);
  void settle(const QueuedEvent& event, const std::optional<HookFailure>& failure);
  void bury(const QueuedEvent& event, const std::string& reason);
  void finish(const std::string& key);
  void wait();
  DeliveryQueue::Concurrency concurrency() const;

  boost::asio::io_context& loop_;
  const Clock& clock_;
  HookCaller& caller_;
  EventSource& source_;
  std::function<double()> random_;
  DeliveryQueue queue_;
  std::array<PoisonWatch, kHookEvents> poison_;
  bool is_taking_ = false;
  boost::asio::steady_timer timer_;
  std::shared_ptr<EventDelivery*> self_;  // by which completions find the delivery, null when it is destroyed
};

/// A number from 0 to 1.
double random_share();

}  // namespace chat
