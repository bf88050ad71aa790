#pragma once

#include <string>
#include <string_view>

#include "backplane/pending_answers.hpp"
#include "backplane/redis/redis_backplane.hpp"
#include "chat/backplane/messenger.hpp"
#include "chat/base/hash.hpp"

namespace chat::redis {

/// A channel for each connection that this node holds, one for the answers to this node. Requests to its own
/// connections do not use Redis.
/// Thread: the backplane loop.
class RedisMessenger final : public Messenger, private Subscriptions::ChannelUser {
 public:
  RedisMessenger(boost::asio::io_context& loop, RedisBackplane& backplane);
  void listen(std::string address, Handler handler, Completion<bool> done) override;
  void unlisten(std::string_view address) override;
  void ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) override;

 private:
  struct Held {
    Handler handler;
    Completion<bool> until_confirmed;
  };

  void on_subscriptions_up() override;
  void on_subscriptions_down() override;
  void on_subscribed(std::string_view channel) override;
  void on_message(std::string_view channel, std::string_view payload) override;
  bool is_subscribed() const override { return answerable_; }
  void on_stop() override {
    pending_.clear();
    own_.clear();
  }

  const Keys& keys() const { return backplane_.keys(); }
  void publish(std::uint64_t number, const std::string& address, std::string_view payload);
  void watch(std::uint64_t number, const std::string& address, Seconds after);
  void hand_over(std::uint64_t number, std::string_view address, std::string_view request);
  void on_request(const Handler& handler, std::string_view payload);
  void on_answer(std::string_view payload);
  bool others_are_back() const;

  boost::asio::io_context& loop_;
  RedisBackplane& backplane_;
  const std::string answers_;  // the channel
  TextMap<Held> held_;
  PendingAnswers pending_;   // of other nodes
  PendingAnswers own_;       // of connections that are held here
  bool answerable_ = false;  // answers to this node find it
  bool broken_ = false;      // the connection of subscriptions was lost before
  Instant up_since_{};
};

}  // namespace chat::redis
