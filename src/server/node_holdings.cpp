#include "server/node_holdings.hpp"

#include <algorithm>

#include "chat/base/metrics.hpp"

namespace chat {
namespace {

constexpr const char* kUnknown = "the store has lost the reason";

Counter untold{"chat_hook_events_untold_total",
               "Changes of sessions and rooms that were not told one by one, because too many waited for the store"};

}  // namespace

NodeHoldings::NodeHoldings(boost::asio::io_context& loop, ClusterEvents& store, NodeInstance instance,
                           const Clock& clock, HookInterest wants)
    : store_(store),
      instance_(std::move(instance)),
      clock_(clock),
      wants_(std::move(wants)),
      news_(loop,
            [this](std::vector<SessionNews>& batch) {
              for (auto& news : batch) take(news);
            }),
      timer_(loop),
      dead_(store, instance_, clock, wants_) {}

// ---- changes -------------------------------------------------------------------------------------------------------

void NodeHoldings::on_begun(std::string session, User user) {
  news_.post({std::move(session), std::move(user), {}, true});
}

void NodeHoldings::on_ended(std::string session, std::string_view reason) {
  news_.post({std::move(session), {}, reason, false});
}

void NodeHoldings::take(SessionNews& news) {
  thread_.in();
  Holding holding{Holding::Kind::session, std::move(news.session), {}};
  if (news.has_begun) holding.user = news.user.id + ' ' + news.user.name;
  add({news.has_begun, std::move(holding), std::string(news.reason), false});
}

void NodeHoldings::on_room(const std::string& room, bool has_members) {
  thread_.in();
  add({has_members, {Holding::Kind::room, room, {}}, {}, false});
}

bool NodeHoldings::wants(const Holding& holding) const {
  if (holding.kind == Holding::Kind::room) {
    return wants_(HookEvent::room_occupied, holding.name) || wants_(HookEvent::room_vacated, holding.name);
  }
  return wants_(HookEvent::connected, {}) || wants_(HookEvent::disconnected, {});
}

/// A session or room that begins while no hook is for it ends untold, too.
void NodeHoldings::add(HoldingChange change) {
  const Key key{change.holding.kind, change.holding.name};
  if (change.begins) {
    if (!wants(change.holding) || !here_.emplace(key, change.holding.user).second) return;
  } else {
    const auto place = here_.find(key);
    if (place == here_.end()) return;
    change.holding.user = std::move(place->second);
    here_.erase(place);
  }
  if (waiting_.size() >= kMaxWaiting) {  // the comparison tells the difference
    untold.add();
    is_in_doubt_ = true;
  } else {
    waiting_.push_back(std::move(change));
  }
  if (!std::exchange(is_posted_, true)) advance_later(Milliseconds{0});
}

// ---- to the store --------------------------------------------------------------------------------------------------

void NodeHoldings::advance_later(Milliseconds pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    is_posted_ = false;
    advance();
  });
}

/// A call with an unknown outcome is repeated before the store is asked what it knows.
void NodeHoldings::advance() {
  if (!is_available_ || is_busy_) return;
  if (sent_ == 0 && is_in_doubt_) return compare("0");
  if (waiting_.empty()) return;
  if (sent_ == 0) {
    sent_ = std::min(waiting_.size(), kMaxChanges);
    ++number_;
  }
  send();
}

HoldingChanges NodeHoldings::first_changes(std::size_t from, std::size_t count) const {
  HoldingChanges changes{instance_, number_, clock_.unix_ms(), {}};
  for (std::size_t i = from; i < from + count; ++i) {
    HoldingChange& change = changes.changes.emplace_back(waiting_[i]);
    const bool is_room = change.holding.kind == Holding::Kind::room;
    const auto event = is_room ? (change.begins ? HookEvent::room_occupied : HookEvent::room_vacated)
                               : (change.begins ? HookEvent::connected : HookEvent::disconnected);
    change.is_wanted = wants_(event, is_room ? std::string_view(change.holding.name) : std::string_view());
  }
  return changes;
}

void NodeHoldings::send() {
  is_busy_ = true;
  store_.change(first_changes(0, sent_), [this](const Result<bool>& stored) { on_stored(stored.has_value()); });
}

void NodeHoldings::on_stored(bool is_stored) {
  is_busy_ = false;
  if (!is_stored) return advance_later(kRetry);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(sent_));
  sent_ = 0;
  stored_at_ = clock_.now();
  advance();
}

/// A call without changes keeps what the store has.
void NodeHoldings::renew() {
  if (is_busy_ || !waiting_.empty() || here_.empty() || clock_.now() - stored_at_ < kRenew) return;
  ++number_;
  send();
}

// ---- what the store knows ------------------------------------------------------------------------------------------

void NodeHoldings::on_away() { is_available_ = false; }

void NodeHoldings::on_doubt() {
  is_available_ = true;
  is_in_doubt_ = true;
  advance();
}

void NodeHoldings::compare(const std::string& cursor) {
  if (cursor == "0") stored_.clear();
  is_busy_ = true;
  store_.list(instance_, cursor, [this](const Result<ClusterEvents::Page>& page) {
    is_busy_ = false;
    if (!page) return advance_later(kRetry);
    for (const auto& holding : page->holdings) stored_.insert_or_assign({holding.kind, holding.name}, holding.user);
    page->next == "0" ? settle_difference() : compare(page->next);
  });
}

/// The holdings that the store should know now: those that are here, without the changes that wait.
NodeHoldings::Held NodeHoldings::expected() const {
  Held held = here_;
  for (auto change = waiting_.rbegin(); change != waiting_.rend(); ++change) {
    const Key key{change->holding.kind, change->holding.name};
    change->begins ? static_cast<void>(held.erase(key)) : static_cast<void>(held.emplace(key, change->holding.user));
  }
  return held;
}

void NodeHoldings::settle_difference() {
  is_in_doubt_ = false;
  Held missing = expected();
  for (const auto& [key, user] : std::exchange(stored_, {})) {
    if (missing.erase(key) == 0) waiting_.push_front({false, {key.first, key.second, user}, kUnknown, false});
  }
  for (const auto& [key, user] : missing) waiting_.push_front({true, {key.first, key.second, user}, {}, false});
  advance();
}

void NodeHoldings::stop() {
  timer_.cancel();
  if (!is_available_) return;
  if (sent_ > 0 && !is_busy_) send();
  for (std::size_t from = sent_; from < waiting_.size(); from += kMaxChanges) {
    ++number_;
    store_.change(first_changes(from, std::min(waiting_.size() - from, kMaxChanges)), [](const Result<bool>&) {});
  }
  is_available_ = false;
}

void NodeHoldings::on_living(const std::vector<NodeInstance>& living) {
  if (!is_available_) return;
  renew();
  dead_.on_living(living);
}

}  // namespace chat
