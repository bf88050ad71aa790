#include "backplane/redis/redis_backplane.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"

namespace chat::redis {
namespace {

namespace asio = boost::asio;

constexpr Seconds kCheckEvery{1};  // of the journal

/// "epoch:survived,epoch:survived", newest first; epoch.lua writes eight.
std::vector<EpochEnd> parse_ended(std::string_view text) {
  constexpr std::size_t kMaxEnded = 16;
  std::vector<EpochEnd> ended;
  while (!text.empty() && ended.size() < kMaxEnded) {
    const auto item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto epoch = item.substr(0, item.rfind(':'));
    const auto survived = parse_offset(item.substr(std::min(item.size(), epoch.size() + 1)));
    if (survived && is_epoch(epoch)) ended.push_back({Epoch(epoch), *survived});
  }
  return ended;
}

/// A room without a life yet has no epoch.
bool is_epoch_or_none(std::string_view text) { return text.empty() || is_epoch(text); }

}  // namespace

RedisBackplane::RedisBackplane(asio::io_context& loop, const RedisUrl& url, Retention retention, AckLevel level)
    : loop_(loop),
      keys_(url),
      appender_(loop, url, retention, level, clock_, [this] { update_availability(); }),
      journal_({[this](Append append, bool after_gap, Completion<Appended> done) {
                  appender_.append(std::move(append), after_gap, std::move(done));
                },
                [this](const std::string& room, Completion<LogState> done) { read_state(room, std::move(done)); }},
               clock_),
      commands_(loop, url, keys_, [this] { update_availability(); }),
      subscriptions_(
          loop, url, keys_,
          [this](std::string room, Completion<LogState> done) { state(std::move(room), std::move(done)); },
          [this] { update_availability(); }),
      memory_(loop, commands_.link()),
      journal_timer_(loop),
      idle_ms_(std::to_string(std::chrono::duration_cast<Milliseconds>(retention.idle).count())) {}

void RedisBackplane::start(BackplaneSink& sink) {
  sink_ = &sink;
  appender_.start();
  commands_.start();
  subscriptions_.start(sink);
  memory_.start();
  check_journal();
}

void RedisBackplane::stop() {
  appender_.stop();
  commands_.stop();
  subscriptions_.stop();
  memory_.stop();
  history_.stop();
  journal_timer_.cancel();
  for (Follower* follower : followers_) follower->on_stop();
}

void RedisBackplane::append(Append append, Completion<Appended> done) {
  thread_.in();
  journal_.append(std::move(append), std::move(done));
}

/// Once a second.
void RedisBackplane::check_journal() {
  journal_.check();
  journal_timer_.expires_after(kCheckEvery);
  journal_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) check_journal();
  });
}

// ---- reading ---------------------------------------------------------------------------------------------------

/// The journal sees each state that rooms read: so it notices a wiped log without a read of its own.
void RedisBackplane::state(std::string room, Completion<LogState> done) {
  read_state(room, [this, room, done = std::move(done)](const Result<LogState>& log) {
    if (log) journal_.on_state(room, *log);
    done(log);
  });
}

void RedisBackplane::read_state(const std::string& room, Completion<LogState> done) {
  run_script(&Scripts::state, {"2", keys_.room(room, kState), keys_.room(room, kLog), idle_ms_},
             [done = std::move(done)](const Reply::Part* reply) {
               if (reply == nullptr || reply->size() != 3) return done(refused("state", reply));
               const auto top = reply->first(), epoch = top.next(), ended = epoch.next();
               const auto offset = offset_of(top);
               if (!offset || !is_epoch_or_none(epoch.text())) return done(refused("state", reply));
               done(LogState{{Epoch(epoch.text()), *offset}, parse_ended(ended.text())});
             });
}

void RedisBackplane::top(std::string room, Completion<Position> done) {
  commands().send({"HMGET", keys_.room(room, kState), ".epoch", ".top"},
                  [done = std::move(done)](const Reply::Part* reply) {
                    if (reply == nullptr || reply->size() != 2) return done(refused("top", reply));
                    const auto epoch = reply->first(), top = epoch.next();
                    const auto offset = top.type() == Reply::Type::nil ? Offset{0} : offset_of(top);
                    if (!offset || !is_epoch_or_none(epoch.text())) return done(refused("top", reply));
                    done(Position{Epoch(epoch.text()), *offset});
                  });
}

void RedisBackplane::history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) {
  history_.read(std::move(room), query, std::move(done));
}

void RedisBackplane::signal(std::string_view room, Signal kind, std::string_view payload) {
  std::string text{static_cast<char>(kind), ' '};
  text += payload;
  commands().send({"SPUBLISH", keys_.live_channel(room), text}, {});
}

void RedisBackplane::broadcast(std::string_view payload) {
  commands().send({"SPUBLISH", keys_.broadcast_channel(), payload}, {});
}

// ---- subscribing -----------------------------------------------------------------------------------------------

void RedisBackplane::subscribe(std::string room, Completion<LogState> done) {
  if (!available_) {
    asio::post(loop_, [done = std::move(done)] { done(unavailable("Redis does not answer")); });
    return;
  }
  subscriptions_.subscribe(std::move(room), std::move(done));
}

void RedisBackplane::unsubscribe(std::string_view room) { subscriptions_.unsubscribe(room); }

// ---- coming and going ------------------------------------------------------------------------------------------

void RedisBackplane::update_availability() {
  // Once available, a subscription still on its way, or a script that the server has forgotten, concerns only the
  // callers that wait for it.
  const bool up = appender_.is_up() && commands_.is_up() && subscriptions_.is_settled();
  const bool is_connected = appender_.is_connected() && commands_.is_connected() && subscriptions_.is_up();
  const bool available = is_connected && (available_ || up);
  if (std::exchange(available_, available) == available) return;
  if (available) {
    // A server that was only out of reach has all that it acknowledged; another process may have lost its last second.
    const bool is_same = commands_.run_id() == std::exchange(last_run_id_, commands_.run_id());
    journal_.on_available(!is_same);
  } else {
    subscriptions_.fail_waiting(unavailable("Redis does not answer"));
    journal_.on_away();
  }
  for (Follower* follower : followers_) follower->on_available(available);
  sink_->on_available(0, available);
}

}  // namespace chat::redis
