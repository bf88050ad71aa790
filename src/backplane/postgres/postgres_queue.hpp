#pragma once

#include <string>
#include <vector>

#include "backplane/postgres/postgres_backplane.hpp"
#include "backplane/queue_reader.hpp"
#include "chat/backplane/cluster_queue.hpp"

namespace chat::postgres {

/// A row for each queue, with its counts and the lease that says which node reads, and one for each entry that is not
/// acknowledged. Thread: the backplane loop.
class PostgresQueue final : public ClusterQueue, private PostgresBackplane::Follower {
 public:
  explicit PostgresQueue(PostgresBackplane& backplane);

  void push(std::string queue, QueueFields fields, Completion<std::string> done) override;
  void consume(std::string queue, QueueConsumer& consumer) override;
  void acknowledge(const std::string& queue, std::vector<std::string> ids) override;
  void bury(const std::string& queue, std::string id, std::string reason) override;
  void stop(const std::string& queue) override;

 private:
  void on_available(bool is_available) override;
  void on_stop() override;

  /// See read_queue() in sql/0005_queues.sql.
  void read(const QueueReader::Ask& ask, QueueReader::OnPage on_page);
  /// Makes the reader begin anew if the call has failed.
  ReplyHandler expect_success(const std::string& queue);

  PostgresBackplane& backplane_;
  const std::string own_id_;  // of this life of the node
  QueueReaders readers_;
};

}  // namespace chat::postgres
