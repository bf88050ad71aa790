#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <deque>
#include <functional>

#include "chat/api/session_control.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {

/// Carries out orders on the sessions of this node. Thread: the backplane loop, for completions too. Owner: the node.
class LocalSessions {
 public:
  LocalSessions(boost::asio::io_context& loop, std::deque<Shard>& shards) : loop_(loop), shards_(shards) {}

  /// `done` takes the number of sessions.
  void carry_out(const SessionOrder& order, std::function<void(std::size_t)> done);
  /// As SessionControl::ask(), of the sessions here.
  void ask(const SessionOrder& order, Completion<std::string> done);

 private:
  boost::asio::io_context& loop_;
  std::deque<Shard>& shards_;
};

}  // namespace chat
