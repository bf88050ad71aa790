#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "backplane/redis/appender.hpp"
#include "backplane/redis/history_reader.hpp"
#include "backplane/redis/keys.hpp"
#include "backplane/redis/link.hpp"
#include "backplane/redis/memory_watch.hpp"
#include "backplane/redis/scripts.hpp"
#include "backplane/redis/subscriptions.hpp"
#include "chat/backplane/backplane.hpp"

namespace chat::redis {

/// The backplane over one Redis, on three connections: appends (which may have to wait), other commands, subscriptions.
/// Thread: the backplane loop.
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
  void stop() override;

  const Keys& keys() const { return keys_; }
  Link& commands() { return commands_; }
  Subscriptions& subscriptions() { return subscriptions_; }
  bool is_available() const { return available_; }
  /// Runs one of our scripts with the number of keys, the keys and the arguments; loads it again if Redis has forgotten
  /// it.
  void run_script(const std::string& (Scripts::*script)() const, std::vector<std::string> arguments,
                  ReplyHandler handler);

 private:
  void load_scripts();
  void on_commands_up();
  void update_availability();

  boost::asio::io_context& loop_;
  const Keys keys_;
  BackplaneSink* sink_ = nullptr;
  Appender appender_;
  Link commands_;
  Subscriptions subscriptions_;
  MemoryWatch memory_;
  HistoryReader history_{loop_, commands_, keys_};
  Scripts scripts_;
  std::vector<std::function<void()>> until_loaded_;  // calls that wait for the scripts
  std::string idle_ms_;
  bool available_ = false;
  std::string last_run_id_;  // of the server that was available last
};

}  // namespace chat::redis
