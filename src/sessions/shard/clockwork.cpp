#include "chat/sessions/shard/clockwork.hpp"

#include <memory>

#include "chat/base/metrics.hpp"
#include "chat/sessions/session.hpp"

namespace chat {
namespace {

constexpr Seconds kTick{1};
constexpr std::uint64_t kAliveTicks = 25;  // each session is looked at once in so many ticks
constexpr Seconds kReplayPause{1};
Histogram loop_lag{"chat_loop_lag_seconds",
                   "How late the loop of a shard comes to its clock, looked at once a second",
                   {100, 1'000, 5'000, 10'000, 50'000, 100'000, 500'000, 1'000'000}};

}  // namespace

Clockwork::Clockwork(ThreadCheck& thread, boost::asio::io_context& context, const SessionTable& sessions,
                     Departures& departures, const Clock& clock)
    : thread_(thread),
      context_(context),
      sessions_(sessions),
      departures_(departures),
      clock_(clock),
      timer_(context) {}

void Clockwork::start() {
  timer_.expires_after(kTick);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    const auto late = std::chrono::steady_clock::now() - timer_.expiry();
    loop_lag.observe(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(late).count()));
    tick();
    start();
  });
}

void Clockwork::tick() {
  thread_.in();
  const Instant now = clock_.now();
  greetings_.take_due(now, [this](SessionRef who) {
    Session* session = sessions_.find(who);
    if (session == nullptr || session->person().is_greeted()) return;
    session->close({CloseCode::hello_timeout, session->dialogue().greeting().missing});
  });
  keepalives_.take_due(now, [this](SessionRef who) { keep_alive(who); });
  alarms_.take_due(now, [this](SessionRef who, Instant due) {
    if (Session* session = sessions_.find(who)) session->token().on_alarm(*session, due);
  });
  replays_.take_due(now, [this](SessionRef who) {
    if (Session* session = sessions_.find(who)) session->memberships().on_drained(*session);
  });
  departures_.close_due(now);
  ++ticks_;
  for (std::size_t slot = ticks_ % kAliveTicks; slot < sessions_.slots(); slot += kAliveTicks) {
    Session* const session = sessions_.at(slot);
    if (session != nullptr && !session->is_closing()) session->dialogue().check_alive(*session, now);
  }
}

void Clockwork::keep_alive_later(const Session& session, Milliseconds after) {
  if (after >= kTick) return keepalives_.add(session.ref(), clock_.now(), after);
  const auto timer = std::make_shared<boost::asio::steady_timer>(context_, after);  // finer than the clockwork
  timer->async_wait([this, timer, who = session.ref()](boost::system::error_code) { keep_alive(who); });
}

void Clockwork::keep_alive(SessionRef who) {
  Session* const session = sessions_.find(who);
  if (session != nullptr && !session->is_closing()) session->dialogue().keep_alive(*session, clock_.now());
}

void Clockwork::replay_later(const Session& session) { replays_.add(session.ref(), clock_.now(), kReplayPause); }

}  // namespace chat
