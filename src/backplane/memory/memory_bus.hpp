#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "chat/backplane/factory.hpp"
#include "chat/base/hash.hpp"

namespace chat {

class MemoryBackends;

/// The shared half of the in-memory backplane: the logs, and who listens. Same semantics as the Redis scripts.
/// Thread: one loop for all that are attached.
class MemoryBus {
 public:
  explicit MemoryBus(Retention retention) : retention_(retention) {}

  struct Room {
    Epoch epoch;
    Offset top = 0;
    std::deque<Message> log;
    TextMap<std::pair<std::uint64_t, Offset>> senders;                   // sender → its last n, and where that stands
    std::map<std::pair<NodeInstance, std::string>, std::string> people;  // (instance, user id) → name
  };

  Room& room(std::string_view name);
  Result<Appended> append(const Append& append);
  std::vector<Message> history(std::string_view room, const HistoryQuery& query);

  std::vector<MemoryBackends*> attached;
  std::map<NodeInstance, Instant> leases;
  std::map<std::string, NodeCard> nodes;
  struct Listener {
    MemoryBackends* node;
    Relay::Handler handler;
  };
  TextMap<Listener> listeners;            // by address
  std::map<std::string, Instant> claims;  // until when each stands
  std::string secret;

 private:
  Retention retention_;
  TextMap<Room> rooms_;
};

}  // namespace chat
