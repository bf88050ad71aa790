#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backplane/append_queue.hpp"
#include "backplane/postgres/link.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::postgres {

/// Appends messages over a connection of its own: all of one turn in one call of chat_append(). Appends that arrive
/// while a turn is under way make the next turn, so the busier PostgreSQL is, the more it gets in one transaction.
/// Thread: the backplane loop. Errors: see Backplane::append(); busy beyond the bound of AppendQueue.
class Appender {
 public:
  /// `changed` is called whenever is_up() may have changed.
  Appender(boost::asio::io_context& loop, const PostgresUrl& url, Retention retention, AckLevel level,
           std::function<void()> changed);

  void start() { link_.start(); }
  void stop() { link_.stop(); }
  bool is_up() const { return link_.is_up(); }
  const std::string& life() const { return link_.life(); }
  /// See ClusterEvents::enable().
  void enable_events(std::function<bool(std::string_view room)> wanted, std::size_t max_entries);
  /// `after_gap`: see JournaledAppender::Store.
  void append(Append append, bool after_gap, Completion<Appended> done);

 private:
  using Batch = AppendQueue::Batch;
  using Turn = std::vector<std::pair<std::string, Batch>>;  // by room, sorted

  void flush();
  void send(std::shared_ptr<Turn> turn, int attempt);
  Params params_of(const Turn& turn) const;
  void on_reply(Turn& turn, const Reply* reply);
  void end_turn(Instant begun);
  void fail_waiting();

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  const Retention retention_;
  Link link_;
  AppendQueue queue_;
  std::function<void()> changed_;
  std::function<bool(std::string_view room)> wanted_{};  // empty: no message is an event
  std::size_t max_events_ = 0;
  bool flush_posted_ = false;
  bool turn_under_way_ = false;
};

}  // namespace chat::postgres
