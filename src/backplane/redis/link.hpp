#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/redis/locator.hpp"
#include "backplane/redis/reply.hpp"
#include "backplane/redis/server_check.hpp"
#include "backplane/redis/stream.hpp"
#include "chat/backplane/redis.hpp"
#include "chat/base/clock.hpp"

namespace chat::redis {

/// The reply to one command, or nullptr: the connection broke, and whether the command ran is unknown.
using ReplyHandler = std::function<void(const Reply::Part*)>;

/// One connection to Redis that is made again, with growing pauses, whenever it breaks. Commands are pipelined: those
/// of one turn of the loop leave in one write. A command unanswered for kTimeout breaks the connection, so that a late
/// reply can never be taken for another command's.
/// Bound: kMostInFlight commands are with Redis, which it answers well within kTimeout; kMostWaiting more, of
/// kMostWaitingBytes, wait here for their answers. What is beyond that fails at once.
/// Thread: the backplane loop.
class Link {
 public:
  static constexpr Milliseconds kTimeout{2000};
  static constexpr std::size_t kMostInFlight = 1024;
  static constexpr std::size_t kMostWaiting = 131'072;
  static constexpr std::size_t kMostWaitingBytes = 64 * 1024 * 1024;

  struct Events {
    std::function<void()> on_up;                      // connected and authenticated
    std::function<void()> on_down;                    // only after on_up
    std::function<void(const Reply::Part&)> on_push;  // replies nobody asked for; subscriptions only
    std::function<void()> on_batch_end;               // after all replies of one read
    std::function<bool()> is_held;                    // nothing more is read for the moment; subscriptions only
  };

  /// `name` shows in Redis's CLIENT LIST and in our log.
  Link(boost::asio::io_context& loop, const RedisUrl& url, std::string name, Events events);

  void start();
  /// Ends it for good; handlers still waiting are dropped uncalled.
  void stop();
  bool is_up() const { return up_; }

  void send(std::span<const std::string_view> arguments, ReplyHandler handler);
  void send(std::initializer_list<std::string_view> arguments, ReplyHandler handler) {
    send(std::span(arguments.begin(), arguments.size()), std::move(handler));
  }
  /// A command whose answer comes as a push: (un)subscriptions.
  void send_unanswered(std::initializer_list<std::string_view> arguments);
  /// Breaks the connection; it is made again.
  void restart(std::string_view why);
  /// The same, for a server that will be of no use until its operator has done something: the log says what, once a
  /// minute, until accept() is called.
  void refuse(const Unusable& unusable);
  /// One of the two, by what the error says.
  void restart_after(std::string_view step, const Reply::Part& error);
  void accept();

 private:
  struct Waiting {
    ReplyHandler handler;
    Instant since;
  };
  /// A command that has not been written yet.
  struct Postponed {
    std::string command;
    ReplyHandler handler;
  };

  void connect();
  void greet();
  void read();
  void take_replies();
  void flush();
  void watch();
  void write(std::span<const std::string_view> arguments);
  void flush_soon();
  void postpone(std::span<const std::string_view> arguments, ReplyHandler handler);
  void write_postponed();
  void fail_soon(ReplyHandler handler);
  bool is_current(unsigned life) const { return life == life_ && !stopped_; }

  boost::asio::io_context& loop_;
  RedisUrl url_;
  std::string name_;
  Events events_;

  Locator locator_;
  Stream stream_;
  boost::asio::steady_timer retry_timer_;
  boost::asio::steady_timer watch_timer_;
  boost::asio::steady_timer hold_timer_;
  std::unique_ptr<ReplyReader> reader_;
  std::size_t input_size_;
  std::unique_ptr<char[]> input_;  // touched only as far as it is used
  std::string outgoing_;           // not yet handed to the socket
  std::string writing_;
  bool write_under_way_ = false;
  bool flush_posted_ = false;
  std::deque<Waiting> waiting_;
  std::deque<Postponed> postponed_;
  std::size_t postponed_bytes_ = 0;
  Instant last_heard_{};
  Instant up_since_{};
  bool connected_ = false;
  bool up_ = false;
  bool stopped_ = false;
  bool reported_down_ = false;
  bool unusable_ = false;  // see refuse()
  unsigned life_ = 0;      // counts connections, so that handlers of an earlier one know
  unsigned attempts_ = 0;
  std::minstd_rand jitter_{std::random_device{}()};
};

}  // namespace chat::redis
