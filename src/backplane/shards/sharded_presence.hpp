#pragma once

#include "backplane/shards/stores.hpp"
#include "chat/backplane/presence_store.hpp"

namespace chat::shards {

/// The users of a room in the store of the room; leases in every store, because each judges by its own which rows are
/// those of living nodes. A node lives while any store has its lease. Thread: the backplane loop. Owner:
/// ShardedServices.
class ShardedPresence final : public PresenceStore {
 public:
  explicit ShardedPresence(Stores& stores) : stores_(stores) {}
  void change(std::string_view room, const PresenceChange& change, Completion<bool> done) override;
  void load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) override;
  void renew(std::string_view instance, Completion<Lease> done) override;
  void resign(std::string_view instance) override;

 private:
  Stores& stores_;
};

}  // namespace chat::shards
