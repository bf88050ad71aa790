#pragma once

#include "backplane/postgres/postgres_backplane.hpp"
#include "chat/backplane/cluster_events.hpp"

namespace chat::postgres {

/// A row for each holding. Thread: the backplane loop.
class PostgresEvents final : public ClusterEvents {
 public:
  explicit PostgresEvents(PostgresBackplane& backplane) : backplane_(backplane) {}
  void enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) override;
  void change(HoldingChanges changes, Completion<bool> done) override;
  void list(NodeInstance instance, std::string cursor, Completion<Page> done) override;
  void instances(Completion<std::vector<NodeInstance>> done) override;
  void backlog(Completion<EventBacklog> done) override;

 private:
  PostgresBackplane& backplane_;
  std::size_t max_entries_ = kMaxEntries;
};

}  // namespace chat::postgres
