#pragma once

#include "backplane/postgres/postgres_backplane.hpp"
#include "chat/backplane/presence_store.hpp"

namespace chat::postgres {

/// A row for each user in each room on each node, and a lease for each node. Thread: the backplane loop.
class PostgresPresence final : public PresenceStore {
 public:
  explicit PostgresPresence(PostgresBackplane& backplane) : backplane_(backplane) {}
  void change(std::string_view room, const PresenceChange& change, Completion<bool> done) override;
  void load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) override;
  void renew(std::string_view instance, Completion<Lease> done) override;
  void resign(std::string_view instance) override;

 private:
  PostgresBackplane& backplane_;
};

}  // namespace chat::postgres
