#include "server/node_holdings.hpp"

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
      queue_(instance_, clock_, wants_),
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
  const Held::key_type key{change.holding.kind, change.holding.name};
  if (change.begins) {
    if (!wants(change.holding) || !here_.emplace(key, change.holding.user).second) return;
  } else {
    const auto place = here_.find(key);
    if (place == here_.end()) return;
    change.holding.user = std::move(place->second);
    here_.erase(place);
  }
  if (!queue_.add(std::move(change))) {  // the comparison tells the difference
    untold.add();
    is_in_doubt_ = true;
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
  if (!queue_.is_unanswered() && is_in_doubt_) return compare("0");
  if (!queue_.is_empty()) send(queue_.call());
}

void NodeHoldings::send(HoldingChanges changes) {
  is_busy_ = true;
  store_.change(std::move(changes), [this](const Result<bool>& stored) { on_stored(stored.has_value()); });
}

void NodeHoldings::on_stored(bool is_stored) {
  is_busy_ = false;
  if (!is_stored) return advance_later(kRetry);
  queue_.on_stored();
  advance();
}

/// A call without changes keeps what the store has.
void NodeHoldings::renew() {
  if (is_busy_ || !queue_.is_empty() || here_.empty() || clock_.now() - queue_.stored_at() < kRenew) return;
  send(queue_.renewal());
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

void NodeHoldings::settle_difference() {
  is_in_doubt_ = false;
  Held missing = queue_.known_to_store(here_);
  for (const auto& [key, user] : std::exchange(stored_, {})) {
    if (missing.erase(key) == 0) queue_.add_first({false, {key.first, key.second, user}, kUnknown, false});
  }
  for (const auto& [key, user] : missing) queue_.add_first({true, {key.first, key.second, user}, {}, false});
  advance();
}

void NodeHoldings::stop() {
  timer_.cancel();
  if (!is_available_) return;
  if (queue_.is_unanswered() && !is_busy_) send(queue_.call());
  for (auto& changes : queue_.rest()) store_.change(std::move(changes), [](const Result<bool>&) {});
  is_available_ = false;
}

void NodeHoldings::on_living(const std::vector<NodeInstance>& living) {
  if (!is_available_) return;
  renew();
  dead_.on_living(living);
}

}  // namespace chat
