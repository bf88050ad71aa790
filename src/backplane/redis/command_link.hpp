#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "backplane/redis/keys.hpp"
#include "backplane/redis/link.hpp"
#include "backplane/redis/scripts.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::redis {

/// The connection for all commands but appends and subscriptions, with our scripts on its server.
/// Thread: the backplane loop. Owner: RedisBackplane. Errors: a handler gets nullptr while the connection is down.
/// Bound: CommandQueue::kMaxWaiting calls wait for the scripts.
class CommandLink {
 public:
  /// `changed` is called whenever is_up() may have changed.
  CommandLink(boost::asio::io_context& loop, const RedisUrl& url, const Keys& keys, std::function<void()> changed);

  void start() { link_.start(); }
  void stop() { link_.stop(); }
  /// Connected, and the scripts are loaded.
  bool is_up() const { return link_.is_up() && scripts_.is_loaded(); }
  /// Calls of scripts that are being loaded wait for them.
  bool is_connected() const { return link_.is_up(); }
  /// Of the server that is_up() is about; another process of it has another one.
  const std::string& run_id() const { return scripts_.run_id(); }
  Link& link() { return link_; }

  /// Runs a script with the number of keys, the keys and the arguments; loads it again if Redis has forgotten it.
  void run_script(const std::string& (Scripts::*script)() const, std::vector<std::string> arguments,
                  ReplyHandler handler);

 private:
  void on_up();
  void on_down();
  void check_place();
  void load_scripts();
  void run_waiting();

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  Link link_;
  Scripts scripts_;
  const std::string place_key_, place_;  // see RedisUrl::place
  std::function<void()> changed_;
  std::vector<std::function<void()>> until_loaded_;  // calls that wait for the scripts
};

}  // namespace chat::redis
