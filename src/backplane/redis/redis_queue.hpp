#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "backplane/queue_reader.hpp"
#include "backplane/redis/redis_backplane.hpp"
#include "chat/backplane/cluster_queue.hpp"

namespace chat::redis {

/// A queue is a stream with one consumer group, of which all nodes are one member, and a lease that says which node
/// reads. An acknowledged entry is deleted, so the stream has what waits and no more. Thread: the backplane loop.
class RedisQueue final : public ClusterQueue, private RedisBackplane::Follower {
 public:
  RedisQueue(boost::asio::io_context& loop, RedisBackplane& backplane);

  void push(std::string queue, QueueFields fields, Completion<std::string> done) override;
  void consume(std::string queue, QueueConsumer& consumer) override;
  void acknowledge(const std::string& queue, std::vector<std::string> ids) override;
  void bury(const std::string& queue, std::string id, std::string reason) override;
  void stop(const std::string& queue) override;

 private:
  void on_available(bool is_available) override;
  void on_stop() override;

  /// See lua/queue.lua.
  void read(const QueueReader::Ask& ask, QueueReader::OnPage on_page);
  /// Makes the reader begin anew if the reply is not a number.
  ReplyHandler expect_number(const std::string& queue);

  boost::asio::io_context& loop_;
  RedisBackplane& backplane_;
  const std::string own_id_;  // of this life of the node
  QueueReaders readers_;
};

}  // namespace chat::redis
