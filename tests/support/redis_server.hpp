#pragma once

#include <sys/types.h>
#include <string>
#include <vector>

namespace chat {

/// A redis-server of the test's own: a free port, a temporary folder, an append-only file. Ends with the test. The URL
/// is that of a user with the rights of deploy/redis.acl and no more; command() runs as the user with all rights.
class RedisServer {
 public:
  RedisServer();
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string url() const { return "redis://chat:PASSWORD@" + address(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  bool is_running() const { return pid_ > 0; }
  /// Ends it without warning; its files stay for the next start.
  void kill();
  /// Starts it again on the same port with the files in its folder.
  void start();
  /// SIGSTOP and SIGCONT: it holds its connections and does not answer.
  void pause();
  void resume();
  /// Cuts the end off the newest part of the append-only file, as a disk that had not been synced does. Only while it
  /// does not run.
  void cut_log(std::size_t bytes);

  /// Runs one command on a connection of its own. Texts and numbers come as text, lists as their items.
  std::vector<std::string> command(const std::vector<std::string>& arguments);

 private:
  bool launch();
  bool answers();

  std::string folder_;
  unsigned short port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace chat
