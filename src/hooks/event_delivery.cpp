#include "chat/hooks/event_delivery.hpp"

#include <boost/asio/post.hpp>
#include <random>
#include <utility>

namespace chat {

double random_share() {
  thread_local std::mt19937 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

EventDelivery::EventDelivery(boost::asio::io_context& loop, const Clock& clock, HookCaller& caller, EventSource& source,
                             std::function<double()> random)
    : loop_(loop),
      clock_(clock),
      caller_(caller),
      source_(source),
      random_(std::move(random)),
      timer_(loop),
      self_(std::make_shared<EventDelivery*>(this)) {}

EventDelivery::~EventDelivery() { *self_ = nullptr; }

void EventDelivery::advance() {
  send_due();
  take_next();
  wait();
}

void EventDelivery::take_next() {
  if (is_taking_ || queue_.size() >= kMaxEvents || queue_.bytes() >= kMaxBytes) return;
  is_taking_ = true;
  source_.next([self = self_](std::vector<QueuedEvent> events) {
    if (*self == nullptr) return;
    auto& delivery = **self;
    delivery.is_taking_ = false;
    delivery.queue_.add(std::move(events));
    boost::asio::post(delivery.loop_, [self] {  // a source may call back before it returns
      if (*self != nullptr) (*self)->advance();
    });
  });
}

void EventDelivery::send_due() {
  for (const auto* event : queue_.start(clock_.now(), concurrency())) send(*event);
}

/// An event whose hook has gone, or is no longer for its room, is done with; only a completion may end it, because
/// others of the same turn still have to be sent.
void EventDelivery::send(const QueuedEvent& event) {
  if (!caller_.rules()->concerns(event.event, event.room)) {
    boost::asio::post(loop_, [self = self_, &event] {
      if (*self != nullptr) (*self)->settle(event, std::nullopt);
    });
    return;
  }
  caller_.deliver(event.event, {event.body, event.id, {}, queue_.attempts(event.key) > 0},
                  [self = self_, &event](const std::optional<HookFailure>& failure) {
                    if (*self != nullptr) (*self)->settle(event, failure);
                  });
}

void EventDelivery::settle(const QueuedEvent& event, const std::optional<HookFailure>& failure) {
  PoisonWatch& poison = poison_[index_of(event.event)];
  if (!failure) {
    poison.on_delivered(event.id);
    source_.acknowledge(event.id);
    return finish(std::string(event.key));
  }
  if (failure->is_final()) return bury(event, failure->why);
  const auto* rule = caller_.rules()->find(event.event);
  const auto most = rule != nullptr ? rule->attempts : 1;
  const Instant now = clock_.now();
  if (poison.on_failed(event.id, *failure, caller_.is_suspended(event.event), most, now)) {
    return bury(event, "given up after " + std::to_string(most) + " attempts, the last: " + failure->why);
  }
  queue_.retry(event.key, now, random_());
  advance();
}

void EventDelivery::bury(const QueuedEvent& event, const std::string& reason) {
  source_.bury(event.id, reason);
  finish(std::string(event.key));
}

void EventDelivery::finish(const std::string& key) {
  queue_.finish(key);
  advance();
}

void EventDelivery::wait() {
  const auto due = queue_.due();
  if (!due) return;
  timer_.expires_after(*due - clock_.now());
  timer_.async_wait([self = self_](boost::system::error_code cancelled) {
    if (!cancelled && *self != nullptr) (*self)->advance();
  });
}

DeliveryQueue::Concurrency EventDelivery::concurrency() const {
  DeliveryQueue::Concurrency most{};
  for (const HookEvent event : kAllHookEvents) {
    const auto* rule = caller_.rules()->find(event);
    most[index_of(event)] = rule != nullptr ? rule->concurrency : 1;
  }
  return most;
}

}  // namespace chat
