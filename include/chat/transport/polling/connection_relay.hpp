#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "chat/backplane/cluster_kv.hpp"
#include "chat/backplane/messenger.hpp"
#include "chat/transport/polling/connection_request.hpp"

namespace chat {

/// Carries requests between the connections of one shard and all nodes: between the thread of the shard and that of the
/// backplane. Thread: the shard, its handlers and completions too. Owner: the node; outlives every run of the loops.
class ConnectionRelay {
 public:
  using Answer = std::function<void(ConnectionAnswer)>;
  using Handler = std::function<void(const ConnectionRequest& request, const Answer& answer)>;

  /// `messenger` and `kv` belong to the thread of `backplane_loop`.
  ConnectionRelay(boost::asio::io_context& shard, Messenger& messenger, ClusterKv& kv,
                  boost::asio::io_context& backplane_loop)
      : shard_(shard), messenger_(messenger), kv_(kv), backplane_loop_(backplane_loop) {}
  ConnectionRelay(const ConnectionRelay&) = delete;
  ConnectionRelay& operator=(const ConnectionRelay&) = delete;

  /// `handler` gets the requests of all nodes for the connection `id`, once `done` has been told true. A request may
  /// come after unlisten(), if it was on its way.
  void listen(std::string id, Handler handler, std::function<void(bool is)> done);
  void unlisten(std::string id);
  /// Asks the connection `id` on whichever node it is. 404: there is none; 503: that is unknown at the moment.
  void ask(std::string id, const ConnectionRequest& request, Milliseconds most, Answer done);
  /// Whether no node has begun the connection `id` so far; from now on this node has. An error: that is unknown.
  void claim(std::string id, Seconds kept, std::function<void(Result<bool>)> done);

 private:
  boost::asio::io_context& shard_;
  Messenger& messenger_;
  ClusterKv& kv_;
  boost::asio::io_context& backplane_loop_;
};

}  // namespace chat
