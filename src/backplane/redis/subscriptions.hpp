#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/redis/keys.hpp"
#include "backplane/redis/link.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/hash.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::redis {

/// The subscriptions of a node, over a connection of its own: a channel for each room, the broadcast, and the channels
/// of the ChannelUsers. After a broken connection all are subscribed again. Thread: the backplane loop.
class Subscriptions {
 public:
  /// Has channels besides those of rooms, and is told what comes of all such channels, its own or not.
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
  using ReadState = std::function<void(std::string room, Completion<LogState> done)>;

  /// `changed` is called whenever is_up() or is_settled() may have changed.
  Subscriptions(boost::asio::io_context& loop, const RedisUrl& url, const Keys& keys, ReadState read_state,
                std::function<void()> changed);

  /// Before start().
  void share(ChannelUser& user) { channel_users_.push_back(&user); }
  void start(BackplaneSink& sink);
  void stop();
  /// The connection is up, and the channel users can work.
  bool is_up() const;
  /// No room's subscription is on its way.
  bool is_settled() const { return unconfirmed_.empty(); }

  /// Reads the state of the room after its subscription is confirmed.
  void subscribe(std::string room, Completion<LogState> done);
  void unsubscribe(std::string_view room);
  /// Completes the subscriptions that still wait.
  void fail_waiting(const Failure& failure);

  /// For the channel users.
  bool is_connected() const { return link_.is_up(); }
  void subscribe_channel(std::string_view channel) { link_.send_unanswered({"SSUBSCRIBE", channel}); }
  void unsubscribe_channel(std::string_view channel) { link_.send_unanswered({"SUNSUBSCRIBE", channel}); }

 private:
  struct Room {
    bool confirmed = false;
    std::vector<Completion<LogState>> waiting;
  };

  void on_up();
  void on_down();
  void on_push(const Reply::Part& push);
  void on_message(std::string_view room, std::string_view payload);
  void on_confirmed(std::string_view room);
  void ask_for(std::string_view room);

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  const Keys& keys_;
  ReadState read_state_;
  std::function<void()> changed_;
  BackplaneSink* sink_ = nullptr;
  std::vector<ChannelUser*> channel_users_;
  Link link_;
  TextMap<Room> rooms_;
  TextMap<unsigned> unconfirmed_;  // SSUBSCRIBEs without their answer yet, by room
  std::vector<std::string_view> bodies_;
};

}  // namespace chat::redis
