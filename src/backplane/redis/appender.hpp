#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "backplane/redis/link.hpp"
#include "backplane/redis/scripts.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/hash.hpp"

namespace chat::redis {

/// Appends messages over a connection of its own: all of one room and turn in one script call, all of one turn in one
/// write, and one wait for what the acknowledgement promises behind them. What comes while a turn is under way makes
/// the next one: the busier Redis is, the more it is given, and tells the nodes, at once. Thread: the backplane loop.
class Appender {
 public:
  static constexpr std::size_t kMaxInFlight = 4096;  // and so in one publication

  /// `changed` is called whenever is_up() may have changed.
  Appender(boost::asio::io_context& loop, const RedisUrl& url, Retention retention, AckLevel level,
           std::function<void()> changed);

  void start() { link_.start(); }
  void stop() { link_.stop(); }
  bool is_up() const { return link_.is_up() && scripts_.is_loaded(); }
  void append(Append append, Completion<Appended> done);

 private:
  static constexpr std::size_t kMaxBytesInFlight = 8 * 1024 * 1024;

  struct Pending {
    Append append;
    Completion<Appended> done;
  };
  using Batch = std::vector<Pending>;
  /// What is acknowledged together: filled by the replies, told when the wait behind them is over.
  struct Turn {
    bool waits = false;
    std::size_t unanswered = 0;  // script calls
    std::vector<std::pair<Completion<Appended>, Result<Appended>>> outcomes;
  };

  void flush();
  void send(std::string room, Batch batch, const std::shared_ptr<Turn>& turn);
  void on_reply(const std::string& room, Batch& batch, Turn& turn, const Reply::Part* reply);
  void on_refused(const std::string& room, Batch& batch, Turn& turn, const Reply::Part* reply);
  void settle(Turn& turn, bool confirmed);
  void send_wait(const std::shared_ptr<Turn>& turn);
  void on_waited(Turn& turn, bool confirmed);
  void end_turn();
  void on_up();
  void check_durability();
  void refuse_to_work(const Reply::Part& error);
  void fail_pending(std::string_view why);

  boost::asio::io_context& loop_;
  const Keys keys_;
  Link link_;
  Scripts scripts_;
  AckLevel level_;
  std::function<void()> changed_;
  std::string max_messages_;
  std::string idle_ms_;
  std::string replicas_;
  bool always_synced_ = false;  // `appendfsync always`: durable without a wait
  TextMap<Batch> pending_;      // of this turn, by room
  TextMap<Batch> refused_;      // sent before Redis forgot the scripts; they go again first
  bool flush_posted_ = false;
  bool turn_under_way_ = false;
  bool refusing_ = false;  // Redis answers, but with errors: the log tells when that begins and ends
  std::size_t in_flight_ = 0;
  std::size_t bytes_in_flight_ = 0;
};

}  // namespace chat::redis
