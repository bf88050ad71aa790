#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backplane/append_queue.hpp"
#include "backplane/redis/ack_wait.hpp"
#include "backplane/redis/keys.hpp"
#include "backplane/redis/link.hpp"
#include "backplane/redis/scripts.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::redis {

/// Appends messages over a connection of its own: all of one room and turn in one script call, all of one turn in one
/// write, and behind them one wait for the promise of the acknowledgement. Appends that arrive while a turn is under
/// way make the next turn: the busier Redis is, the more it gets, and publishes, at once. Thread: the backplane loop.
/// Errors: see Backplane::append(); busy beyond the bound of AppendQueue.
class Appender {
 public:
  /// `changed` is called whenever is_up() may have changed.
  Appender(boost::asio::io_context& loop, const RedisUrl& url, Retention retention, AckLevel level, const Clock& clock,
           std::function<void()> changed);

  void start() { link_.start(); }
  void stop() { link_.stop(); }
  bool is_up() const { return link_.is_up() && scripts_.is_loaded(); }
  /// Calls of scripts that are being loaded wait for them.
  bool is_connected() const { return link_.is_up(); }
  /// See ClusterEvents::enable(). `queue`: its key.
  void enable_events(std::string queue, std::function<bool(std::string_view room)> wanted, std::size_t max_entries);
  /// `after_gap`: the sender's earlier messages are gone for good, and no reason to refuse this one.
  void append(Append append, bool after_gap, Completion<Appended> done);

 private:
  using Batch = AppendQueue::Batch;
  /// The appends that are acknowledged together: the replies fill it, and it is told when the wait behind them is over.
  struct Turn {
    Instant begun{};
    std::string time;  // of the node, in milliseconds
    bool waits = false;
    std::size_t unanswered = 0;  // script calls
    std::vector<std::pair<Completion<Appended>, Result<Appended>>> outcomes;
  };

  void flush();
  void send(std::string room, Batch batch, const std::shared_ptr<Turn>& turn);
  void on_reply(const std::string& room, Batch& batch, Turn& turn, const Reply::Part* reply);
  void on_refused(const std::string& room, Batch& batch, Turn& turn, const Reply::Part* reply);
  void settle(Turn& turn, bool confirmed);
  void end_turn(const Turn& turn);
  void on_up();
  void fail_pending(std::string_view why);

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  const Keys keys_;
  const Clock& clock_;
  Link link_;
  Scripts scripts_;
  AckWait acks_;
  AppendQueue queue_;
  std::function<void()> changed_;
  std::string max_messages_;
  std::string idle_ms_;
  struct Events {
    std::string queue;
    std::function<bool(std::string_view room)> wanted;
    std::string max_entries;
  } events_;  // no queue: none are wanted
  bool flush_posted_ = false;
  bool turn_under_way_ = false;
  bool refusing_ = false;  // Redis answers, but with errors: the log tells when that begins and ends
};

}  // namespace chat::redis
