#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "chat/backplane/messenger.hpp"
#include "chat/backplane/presence_store.hpp"
#include "chat/transport/cluster_secret.hpp"

namespace chat {

/// Listens for requests of operators that this node leaves (chatctl drain). Thread: the backplane loop. Owner: the
/// node.
class DrainRequests {
 public:
  /// `drain` is called for each genuine request, also for a repeated one.
  DrainRequests(boost::asio::io_context& loop, Messenger& messenger, const ClusterSecret& secret, NodeInstance instance,
                std::function<void()> drain);
  /// Tries again soon until the store lets it listen.
  void start();

 private:
  void on_request(std::string_view request, const Messenger::Answer& answer);

  Messenger& messenger_;
  const ClusterSecret& secret_;
  NodeInstance instance_;
  std::function<void()> drain_;
  boost::asio::steady_timer timer_;
};

}  // namespace chat
