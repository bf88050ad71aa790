#pragma once

#include <libpq-fe.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backplane/postgres/params.hpp"
#include "backplane/postgres/reply.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::postgres {

/// A statement that a connection prepares when it is used first. Both texts live as long as the process.
struct Statement {
  const char* name;
  const char* sql;
};

/// One connection of libpq, from its beginning to its end, without blocking. First it takes single texts of SQL; after
/// begin_pipeline() it takes prepared statements, many at a time, each a transaction of its own.
/// Thread: its loop. Owner: a Link, and the handlers under way. Calls nothing after close().
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  struct Events {
    std::function<void()> on_connected;
    std::function<void(std::string_view channel, std::string_view payload)> on_notification;
    std::function<void()> on_notifications_end;  // of those that arrived together
    std::function<void(std::string why)> on_broken;
  };
  /// Names and values, as PQconnectStartParams takes them.
  using Settings = std::vector<std::pair<std::string, std::string>>;

  Connection(boost::asio::io_context& loop, Events events)
      : loop_(loop), events_(std::make_shared<const Events>(std::move(events))) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start(const Settings& settings);
  /// Before begin_pipeline(): one text of SQL. Wait for its reply, whose values are texts, before the next.
  void run(const std::string& sql, ReplyHandler handler);
  void begin_pipeline();
  void send(const Statement& statement, const Params& params, ReplyHandler handler);
  /// The process of the server that serves it.
  int server_process() const { return connection_ == nullptr ? 0 : PQbackendPID(connection_); }
  std::size_t unanswered() const { return calls_.size(); }
  /// When the oldest call without an answer was sent; Instant::max(): there is none.
  Instant waiting_since() const { return calls_.empty() ? Instant::max() : calls_.front().sent; }
  /// Breaks it: the calls have no answer. Not from inside a handler of this connection.
  void fail(const std::string& why);
  /// Ends it, with nothing called.
  void close();

 private:
  struct Call {
    ReplyHandler handler;
    Instant sent;
    const char* prepares;  // the statement; null: none
  };
  void shut();
  void poll();
  void wait(boost::asio::posix::descriptor_base::wait_type what, void (Connection::*then)());
  void on_readable();
  void on_writable();
  void flush();
  void read_replies();
  void read_notifications();
  void complete();
  std::string error_text() const;
  void fail_soon();

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  std::shared_ptr<const Events> events_;  // null: it has ended
  PGconn* connection_ = nullptr;
  std::optional<boost::asio::posix::stream_descriptor> socket_;
  std::deque<Call> calls_;  // without their answer yet
  Reply reply_;             // to the first of them, so far
  std::set<std::string_view> prepared_;
  bool is_pipeline_ = false;
  bool is_closed_ = false;
  bool is_writing_ = false;
};

}  // namespace chat::postgres
