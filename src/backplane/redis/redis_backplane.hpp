#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "backplane/journaled_appender.hpp"
#include "backplane/redis/appender.hpp"
#include "backplane/redis/command_link.hpp"
#include "backplane/redis/history_reader.hpp"
#include "backplane/redis/keys.hpp"
#include "backplane/redis/memory_watch.hpp"
#include "backplane/redis/subscriptions.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::redis {

/// The backplane over one Redis, on three connections: appends (which may have to wait), other commands, subscriptions.
/// It is one shard. Thread: the backplane loop.
class RedisBackplane final : public Backplane {
 public:
  RedisBackplane(boost::asio::io_context& loop, const RedisUrl& url, Retention retention, AckLevel level);

  void start(BackplaneSink& sink) override;
  void append(Append append, Completion<Appended> done) override;
  void subscribe(std::string room, Completion<LogState> done) override;
  void unsubscribe(std::string_view room) override;
  void top(std::string room, Completion<Position> done) override;
  void state(std::string room, Completion<LogState> done) override;
  void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) override;
  void signal(std::string_view room, Signal kind, std::string_view payload) override;
  void broadcast(std::string_view payload) override;
  bool takes_new_rooms() const override { return memory_.takes_new_rooms(); }
  StoreMemory memory() const override { return memory_.last(); }
  void stop() override;

  boost::asio::io_context& loop() { return loop_; }
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

  /// See Appender::tell().
  void enable_events(std::string queue, std::function<bool(std::string_view room)> wanted, std::size_t max_entries) {
    appender_.enable_events(std::move(queue), std::move(wanted), max_entries);
  }
  const Keys& keys() const { return keys_; }
  Link& commands() { return commands_.link(); }
  Subscriptions& subscriptions() { return subscriptions_; }
  bool is_available() const { return available_; }
  /// See CommandLink::run_script().
  void run_script(const std::string& (Scripts::*script)() const, std::vector<std::string> arguments,
                  ReplyHandler handler) {
    commands_.run_script(script, std::move(arguments), std::move(handler));
  }

 private:
  void read_state(const std::string& room, Completion<LogState> done);
  void update_availability();
  void check_journal();

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  const Keys keys_;
  const SystemClock clock_;
  BackplaneSink* sink_ = nullptr;
  Appender appender_;
  JournaledAppender journal_;
  CommandLink commands_;
  Subscriptions subscriptions_;
  MemoryWatch memory_;
  HistoryReader history_{loop_, commands_.link(), keys_};
  boost::asio::steady_timer journal_timer_;
  std::string idle_ms_;
  std::vector<Follower*> followers_;
  bool available_ = false;
  std::string last_run_id_;  // of the server that was available last
};

}  // namespace chat::redis
