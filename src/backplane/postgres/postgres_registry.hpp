#pragma once

#include "backplane/postgres/postgres_backplane.hpp"
#include "chat/backplane/node_registry.hpp"

namespace chat::postgres {

/// A row for each node. Thread: the backplane loop.
class PostgresRegistry final : public NodeRegistry {
 public:
  explicit PostgresRegistry(PostgresBackplane& backplane) : backplane_(backplane) {}
  void announce(const NodeCard& card, Completion<Announced> done) override;
  void list(Completion<std::vector<NodeCard>> done) override;
  void withdraw(std::string_view id) override;

 private:
  PostgresBackplane& backplane_;
};

}  // namespace chat::postgres
