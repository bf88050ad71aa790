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
#include "chat/backplane/backplane.hpp"
#include "chat/base/hash.hpp"

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
  Link& subscriptions() { return subscriptions_; }
  /// Who has channels besides those of rooms, and is told what comes of them.
  class ChannelUser {
   public:
    virtual void on_subscriptions_up() = 0;
    virtual void on_subscriptions_down() = 0;
    virtual void on_subscribed(std::string_view channel) = 0;
    virtual void on_message(std::string_view channel, std::string_view payload) = 0;
    /// Whether it can work; until then nothing is available.
    virtual bool is_subscribed() const = 0;
    virtual void on_stop() = 0;

   protected:
    ~ChannelUser() = default;
  };
  /// Before start().
  void share_subscriptions(ChannelUser& user) { channel_user_ = &user; }
  bool is_available() const { return available_; }
  /// Runs one of our scripts with the number of keys, the keys and the arguments; loads it again if Redis has forgotten
  /// it.
  void run_script(const std::string& (Scripts::*script)() const, std::vector<std::string> arguments,
                  ReplyHandler handler);

 private:
  struct Subscription {
    bool confirmed = false;
    std::vector<Completion<LogState>> waiting;
  };

  void load_scripts();
  void on_commands_up();
  void on_subscriptions_up();
  void on_push(const Reply::Part& push);
  void on_message(std::string_view room, std::string_view payload);
  void ask_for(std::string_view room);
  void on_confirmed(std::string_view room);
  void update_availability();

  boost::asio::io_context& loop_;
  const Keys keys_;
  BackplaneSink* sink_ = nullptr;
  ChannelUser* channel_user_ = nullptr;
  Appender appender_;
  Link commands_;
  Link subscriptions_;
  MemoryWatch memory_;
  HistoryReader history_{loop_, commands_, keys_};
  Scripts scripts_;
  std::vector<std::function<void()>> until_loaded_;  // calls that wait for the scripts
  std::string idle_ms_;
  TextMap<Subscription> subscribed_;
  TextMap<unsigned> unconfirmed_;  // SSUBSCRIBEs without their answer yet, by room
  bool available_ = false;
  std::string last_run_id_;  // of the server that was available last
  std::vector<std::string_view> bodies_;
};

}  // namespace chat::redis
