#include "server/hook_events.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr const char* kQueue = ClusterEvents::kQueue;

}  // namespace

HookEvents::HookEvents(boost::asio::io_context& loop, ClusterServices& services, const Clock& clock, HookCaller& caller)
    : loop_(loop), services_(services), clock_(clock), caller_(caller), timer_(loop) {}

void HookEvents::follow_rules() {
  const bool has_events = caller_.rules()->has_events();
  if (has_events == (delivery_ != nullptr)) return;
  if (!has_events) return stop();
  begin();
  services_.queue().consume(kQueue, *this);
  look();
}

void HookEvents::stop() {
  if (!delivery_) return;
  timer_.cancel();
  send_acknowledgements();
  services_.queue().stop(kQueue);
  delivery_.reset();
}

void HookEvents::begin() {
  next_ = nullptr;
  take_ = nullptr;
  delivered_.clear();
  EventSource& source = *this;
  delivery_ = std::make_unique<EventDelivery>(loop_, clock_, caller_, source, &random_share);
  delivery_->start();
}

// ---- from the queue to the delivery --------------------------------------------------------------------------------

void HookEvents::on_entries(std::vector<QueueEntry> entries, std::function<void()> next) {
  next_ = std::move(next);
  std::vector<QueuedEvent> events;
  for (auto& [id, fields, fault] : entries) {
    auto event = fault.empty() ? to_queued_event(id, fields) : Failure{ErrorCode::bad_request, fault};
    event ? events.push_back(*std::move(event)) : bury(id, event.error().message);
  }
  if (take_) std::exchange(take_, nullptr)(std::move(events));
}

void HookEvents::on_lost() { begin(); }

void HookEvents::next(std::function<void(std::vector<QueuedEvent>)> take) {
  take_ = std::move(take);
  if (next_) std::exchange(next_, nullptr)();
}

/// All of a turn with one call.
void HookEvents::acknowledge(const std::string& id) {
  delivered_.push_back(id);
  if (delivered_.size() > 1) return;
  boost::asio::post(loop_, [this] { send_acknowledgements(); });
}

void HookEvents::send_acknowledgements() {
  if (!delivered_.empty()) services_.queue().acknowledge(kQueue, std::exchange(delivered_, {}));
}

void HookEvents::bury(const std::string& id, const std::string& reason) {
  log_warn_rarely("hook_event_buried", {{"delivery", id}, {"why", reason}});
  services_.queue().bury(kQueue, id, reason);
}

// ---- the length of the queue ---------------------------------------------------------------------------------------

void HookEvents::look() {
  services_.events().backlog([this](const Result<EventBacklog>& backlog) {
    if (backlog) on_backlog(*backlog);
  });
  timer_.expires_after(kLook);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) look();
  });
}

void HookEvents::on_backlog(const EventBacklog& backlog) {
  const bool has_lost = std::exchange(has_looked_, true) && backlog.lost > backlog_.lost;
  if (has_lost || backlog.waiting >= caller_.rules()->max_events()) {
    log_error("hook_events_lost", {{"ever", backlog.lost},
                                   {"waiting", backlog.waiting},
                                   {"do", "let the application take its events, or raise max_events"}});
  }
  backlog_ = backlog;
}

}  // namespace chat
