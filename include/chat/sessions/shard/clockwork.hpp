#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>

#include "chat/base/clock.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/sessions/alarm_queue.hpp"
#include "chat/sessions/deadline_queue.hpp"
#include "chat/sessions/shard/departures.hpp"
#include "chat/sessions/shard/session_table.hpp"

namespace chat {

/// Looks once a second at the sessions of a shard whose time has come. Thread: the shard. Owner: Shard.
class Clockwork {
 public:
  Clockwork(ThreadCheck& thread, boost::asio::io_context& context, const SessionTable& sessions, Departures& departures,
            const Clock& clock);

  /// Call before running the context.
  void start();
  /// Runs once a second after start().
  void tick();

  /// A client that has not greeted the node within this time is closed.
  void expect_greeting(SessionRef who, Seconds within) { greetings_.add(who, clock_.now(), within); }
  /// Calls Dialogue::keep_alive() of the session after a while.
  void keep_alive_later(const Session& session, Milliseconds after);
  /// Calls SessionToken::on_alarm() at this moment, or up to a second later.
  void wake(SessionRef session, Instant due) { alarms_.add(session, due); }
  /// Calls Memberships::on_drained() of the session in a moment.
  void replay_later(const Session& session);

 private:
  void keep_alive(SessionRef who);

  ThreadCheck& thread_;
  boost::asio::io_context& context_;
  const SessionTable& sessions_;
  Departures& departures_;
  const Clock& clock_;
  boost::asio::steady_timer timer_;
  std::uint64_t ticks_ = 0;
  DeadlineQueue greetings_;
  DeadlineQueue keepalives_;
  AlarmQueue alarms_;
  DeadlineQueue replays_;  // that had to wait
};

}  // namespace chat
