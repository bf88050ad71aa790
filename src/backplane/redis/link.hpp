#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "backplane/redis/link_machine.hpp"
#include "backplane/redis/locator.hpp"
#include "backplane/redis/stream.hpp"

namespace chat::redis {

/// One connection to Redis that is made again, with growing pauses, whenever it breaks: a LinkMachine with a socket and
/// a timer. Commands are pipelined: those of one turn of the loop leave in one write. A command beyond the bounds of
/// CommandQueue, or sent while there is no connection, fails in the same turn. Thread: the backplane loop.
class Link {
 public:
  using Events = LinkMachine::Events;

  Link(boost::asio::io_context& loop, const RedisUrl& url, std::string name, Events events);

  void start() { apply(machine_.start()); }
  /// Ends it for good; handlers still waiting are dropped uncalled.
  void stop() { apply(machine_.stop()); }
  bool is_up() const { return machine_.is_up(); }

  void send(std::span<const std::string_view> arguments, ReplyHandler handler) {
    apply(machine_.send(arguments, std::move(handler)));
  }
  void send(std::initializer_list<std::string_view> arguments, ReplyHandler handler) {
    send(std::span(arguments.begin(), arguments.size()), std::move(handler));
  }
  /// A command whose answer comes as a push: (un)subscriptions.
  void send_unanswered(std::initializer_list<std::string_view> arguments) {
    apply(machine_.send_unanswered(std::span(arguments.begin(), arguments.size())));
  }
  /// These four: see LinkMachine.
  void restart(std::string_view why) { apply(machine_.restart(why)); }
  void refuse(const Unusable& unusable) { apply(machine_.refuse(unusable)); }
  void restart_after(std::string_view step, const Reply::Part& error) { apply(machine_.restart_after(step, error)); }
  void accept() { machine_.accept(); }

 private:
  void apply(const LinkActions& actions);
  void connect();
  void read();
  void flush_soon();
  void flush();
  void set_timer();
  bool is_current(unsigned life) const { return life == machine_.life(); }

  boost::asio::io_context& loop_;
  const RedisUrl url_;
  const SystemClock clock_;
  LinkMachine machine_;
  Locator locator_;
  Stream stream_;
  boost::asio::steady_timer timer_;
  Instant timer_at_ = Instant::max();
  std::size_t input_size_;
  std::unique_ptr<char[]> input_;  // touched only as far as it is used
  std::string writing_;
  bool write_under_way_ = false;
  bool flush_posted_ = false;
};

}  // namespace chat::redis
