#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "backplane/journaled_appender.hpp"
#include "backplane/postgres/appender.hpp"
#include "backplane/postgres/bell.hpp"
#include "backplane/postgres/link.hpp"
#include "backplane/postgres/room_feed.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::postgres {

/// The backplane over one PostgreSQL, on three connections: appends (which may have to wait for a disk or a standby),
/// other commands, notifications. It is one shard. Thread: the backplane loop.
class PostgresBackplane final : public Backplane {
 public:
  static constexpr Seconds kSweepEvery{60}, kSweepAgain{1};  // again: more is left

  PostgresBackplane(boost::asio::io_context& loop, const PostgresUrl& url, Retention retention, AckLevel level);

  void start(BackplaneSink& sink) override;
  void append(Append append, Completion<Appended> done) override {
    journal_.append(std::move(append), std::move(done));
  }
  void subscribe(std::string room, Completion<LogState> done) override;
  void unsubscribe(std::string_view room) override { feed_.unsubscribe(room); }
  void top(std::string room, Completion<Position> done) override;
  void state(std::string room, Completion<LogState> done) override;
  void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) override;
  void signal(std::string_view room, Signal kind, std::string_view payload) override;
  void broadcast(std::string_view payload) override;
  bool takes_new_rooms() const override { return true; }
  void stop() override;

  /// Shares the connections, and must know when they break. Its calls come before those of the sink.
  class Follower {
   public:
    virtual void on_available(bool is_available) = 0;
    virtual void on_stop() = 0;

   protected:
    ~Follower() = default;
  };
  /// Before start().
  void follow(Follower& follower) { followers_.push_back(&follower); }

  boost::asio::io_context& loop() { return loop_; }
  Appender& appender() { return appender_; }
  Link& commands() { return commands_; }
  Bell& bell() { return bell_; }
  bool is_available() const { return is_available_; }
  /// Sends a payload to a channel; see Bell. `head` begins with the kind.
  void tell(std::string_view channel, std::string_view head, std::string_view payload);

 private:
  void read_state(const std::string& room, Completion<LogState> done);
  void on_commands_up();
  void check_journal();
  void update_availability();
  void sweep(Seconds pause);

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  const std::string schema_;
  const Retention retention_;
  const SystemClock clock_;
  BackplaneSink* sink_ = nullptr;
  Link commands_;
  Appender appender_;
  JournaledAppender journal_;
  Bell bell_;
  RoomFeed feed_;
  boost::asio::steady_timer sweep_timer_, journal_timer_;
  std::vector<Follower*> followers_;
  bool is_available_ = false;
  std::string last_life_;  // of the server that was available last
};

}  // namespace chat::postgres
