#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/backoff.hpp"
#include "backplane/redis/command_queue.hpp"
#include "backplane/redis/link_log.hpp"
#include "backplane/redis/pulse.hpp"
#include "backplane/redis/reply.hpp"
#include "backplane/redis/server_check.hpp"
#include "chat/backplane/redis.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::redis {

/// The actions on a connection that follow an event.
struct LinkActions {
  bool close = false;    // the connection, or the attempt to make one
  bool connect = false;  // find the server and connect; then comes on_connected() or restart()
  bool read = false;     // once; then comes on_bytes() or restart()
  bool flush = false;    // at the end of the turn: write take_output(), and then later output
  bool fail = false;     // at the end of the turn: call fail_refused()
};

/// The states of a connection to Redis: connecting, greeting (AUTH, SELECT, PING), up, pausing before the next attempt.
/// It does no I/O and reads no clock but the one it is given: events go in, actions come out. A handler may call any
/// method; that call's actions are then those that were due before, too.
/// A command without an answer for kTimeout breaks the connection, so that a late reply can never be taken for another
/// command's. Thread: one.
class LinkMachine {
 public:
  static constexpr Milliseconds kTimeout = Pulse::kTimeout;
  static constexpr Milliseconds kHold{1};  // before a held connection is looked at again

  struct Events {
    std::function<void()> on_up;                      // connected and authenticated
    std::function<void()> on_down;                    // only after on_up
    std::function<void(const Reply::Part&)> on_push;  // replies without a command; subscriptions only
    std::function<void()> on_batch_end;               // after all replies of one read
    std::function<bool()> is_held;                    // nothing more is read for the moment; subscriptions only
  };

  /// `url` and `clock` outlive the machine. `name` shows in Redis's CLIENT LIST and in our log.
  LinkMachine(const RedisUrl& url, std::string name, Events events, const Clock& clock, unsigned seed);

  LinkActions start();
  /// Ends it for good; handlers still waiting are dropped uncalled.
  LinkActions stop();
  /// `peer` is the server's address, for the log.
  LinkActions on_connected(std::string peer);
  LinkActions on_bytes(std::string_view bytes);
  LinkActions on_time();
  /// When on_time() is due; Instant::max(): never.
  Instant wake_at() const;

  LinkActions send(std::span<const std::string_view> arguments, ReplyHandler handler);
  /// A command whose answer comes as a push: (un)subscriptions.
  LinkActions send_unanswered(std::span<const std::string_view> arguments);
  /// The connection broke, or is to be broken; it is made again.
  LinkActions restart(std::string_view why);
  /// The same, for a server that is of no use until its operator has changed it: the log says how, once a minute, until
  /// accept() is called.
  LinkActions refuse(const Unusable& unusable);
  /// One of the two; the error decides.
  LinkActions restart_after(std::string_view step, const Reply::Part& error);
  void accept() { log_.accept(); }
  /// Tells the senders of commands that were not taken.
  void fail_refused();
  void take_output(std::string& into) { commands_.take_output(into); }

  bool is_connected() const { return state_ == State::greeting || state_ == State::up; }
  bool is_up() const { return state_ == State::up; }
  const std::string& name() const { return log_.name(); }
  bool takes_pushes() const { return static_cast<bool>(events_.on_push); }
  /// Changes whenever an attempt begins or ends: operations of an earlier life do not matter any more.
  unsigned life() const { return life_; }

 private:
  enum class State : std::uint8_t { pausing, connecting, greeting, up, stopped };

  void connect();
  void greet(std::initializer_list<std::string_view> command);
  void on_pong(const Reply::Part& reply);
  void take_replies();
  void read_unless_held();
  void watch();
  LinkActions take_actions();

  [[no_unique_address]] ThreadCheck thread_;
  const RedisUrl& url_;
  LinkLog log_;
  const Events events_;
  const Clock& clock_;
  State state_ = State::pausing;
  unsigned life_ = 0;
  LinkActions due_;
  CommandQueue commands_;
  std::vector<ReplyHandler> refused_;
  std::unique_ptr<ReplyReader> reader_;  // of this connection
  std::string peer_;
  Retry retry_;
  Pulse pulse_;
  std::optional<Instant> held_until_;
};

}  // namespace chat::redis
