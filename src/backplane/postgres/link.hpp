#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "backplane/backoff.hpp"
#include "backplane/postgres/connection.hpp"
#include "backplane/postgres/greeting.hpp"
#include "chat/backplane/postgres.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::postgres {

/// A connection that comes back: after it broke, and after a call without an answer for kPatience, it is made again,
/// with pauses of at most Backoff::kLongest. Thread: the backplane loop. Bound: kAtOnce calls that PostgreSQL has,
/// kMostCalls that wait for their turn.
class Link {
 public:
  static constexpr Milliseconds kPatience{3000};
  static constexpr std::size_t kAtOnce = 64;
  static constexpr std::size_t kMostCalls = 8192;

  struct Events {
    std::function<void()> on_up;
    std::function<void()> on_down;
    std::function<void(std::string_view channel, std::string_view payload)> on_notification{};
    std::function<void()> on_notifications_end{};
  };
  Link(boost::asio::io_context& loop, const PostgresUrl& url, Role role, Events events);
  ~Link() { stop(); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void start();
  void stop();
  bool is_up() const { return is_up_; }
  /// Of the server, while the link is up; see sql/0001_rooms.sql.
  const std::string& life() const { return life_; }
  /// The handler is called once, not before this returns; with nullptr if there is no answer, or too many calls wait.
  void send(const Statement& statement, Params params, ReplyHandler handler);

 private:
  struct Call {
    const Statement* statement;
    Params params;
    ReplyHandler handler;
  };
  void resolve();
  void connect(const boost::asio::ip::tcp::resolver::results_type& found);
  void on_greeted(const Greeting::Outcome& outcome);
  void on_broken(const std::string& why);
  void retry();
  void send_waiting();
  /// Breaks a connection that does not answer, and asks one that has been silent.
  void check();
  void log_down(const std::string& why);
  void log_unusable(const Unusable& unusable);

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  const PostgresUrl url_;
  const Role role_;
  const Events events_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer retry_timer_, check_timer_;
  Retry retry_;
  std::shared_ptr<Connection> connection_;  // null: there is none, or none yet
  std::deque<Call> waiting_;
  std::string life_;
  int left_behind_ = 0;  // the process of the server for the last connection that was up
  Instant begun_{};      // the attempt
  Instant called_{};     // last
  bool is_up_ = false;
  bool is_stopped_ = true;
  bool is_told_down_ = false;      // once for each outage
  bool is_told_unusable_ = false;  // and the opposite
};

}  // namespace chat::postgres
