#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backplane/memory/memory_keys.hpp"
#include "backplane/memory/memory_lists.hpp"
#include "backplane/memory/memory_queues.hpp"
#include "chat/backplane/cluster_events.hpp"
#include "chat/backplane/memory.hpp"
#include "chat/base/hash.hpp"
#include "chat/base/thread_check.hpp"

namespace chat {

class MemoryBackplane;
class MemoryMessenger;

/// The shared half of the in-memory backplane: the logs and their listeners. Same semantics as the Redis scripts.
/// Thread: one loop for all that are attached. Bound: kMaxRooms logs, each of `--history-size` messages and two
/// generations of kMaxSenders senders; the keys of MemoryKeys; kMaxClaims claims; the entries of MemoryLists and
/// MemoryQueues.
class MemoryBus {
 public:
  static constexpr std::size_t kMaxRooms = 100'000;
  static constexpr std::size_t kMaxSenders = 25'000;
  static constexpr std::size_t kMaxClaims = 100'000;
  static constexpr Seconds kSendersAge{600};  // a generation of senders is not dropped sooner, see lua/append.lua

  explicit MemoryBus(Retention retention) : retention_(retention) {}

  /// The state of a room's log; a room without a message has none.
  Position top(std::string_view room) const;
  Result<Appended> append(const Append& append);
  std::vector<Message> history(std::string_view room, const HistoryQuery& query) const;

  /// Of the rooms with messages or people, sorted.
  std::set<std::string> room_names(std::string_view prefix) const;

  using People = std::map<std::pair<NodeInstance, std::string>, User>;  // by instance and user id
  void change_people(std::string_view room, const PresenceChange& change);
  const People& people(std::string_view room) const;

  std::vector<MemoryBackplane*> attached;
  std::map<NodeInstance, Instant> leases;
  std::map<std::string, NodeCard> nodes;
  struct Listener {
    MemoryMessenger* node;
    Messenger::Handler handler;
  };
  TextMap<Listener> listeners;  // by address
  /// Claims a name. False if it is taken. Errors: busy, there is no room for more claims.
  Result<bool> claim(const std::string& name, Instant until, Instant now);
  SharedSecret secret;
  MemoryLists lists;
  MemoryQueues queues;

  struct Holder {
    std::uint64_t number = 0;
    std::map<std::pair<Holding::Kind, std::string>, std::string> holdings;  // (kind, name) → user
  };
  struct Events {
    std::function<bool(std::string_view room)> wanted{};  // empty: none
    std::size_t max_entries = ClusterEvents::kMaxEntries;
    std::uint64_t lost = 0;
    std::map<NodeInstance, Holder> holders;
    std::map<std::string, int> rooms;  // nodes with members
  } events;
  /// Counts the event as lost if the queue is full.
  void enqueue_event(QueueFields fields);

 private:
  [[no_unique_address]] ThreadCheck thread_;
  struct Sent {
    std::uint64_t seq = 0;
    Offset offset = 0;
  };
  struct Room {
    Epoch epoch;
    Offset top = 0;
    std::deque<Message> log;
    TextMap<Sent> senders, older_senders;  // each sender's last message
    Instant turned{};                      // senders became older_senders
    std::map<KeyBudget, MemoryKeys> keys;
    Instant written{};
    TextMap<UnixMs> paces;  // of each person: when its pace lets it send as much as ever again
  };
  Room* room_to_write(const std::string& name);
  /// Of a repetition; nullopt: the message is new. Errors: out_of_sequence.
  static Result<std::optional<Appended>> find_repetition(Room& room, const Append& append);
  static Sent* find_sender(Room& room, const std::string& sender);
  static bool admits_sender(Room& room);
  static Milliseconds too_early(Room& room, const AppendTerms& terms, UnixMs now);
  void trim(Room& room, const Append& append, UnixMs now) const;

  Retention retention_;
  std::set<std::string, std::less<>> claims_;
  std::deque<std::pair<Instant, std::string>> claims_by_time_;  // until when each stands: all are kept as long
  TextMap<Room> rooms_;
  TextMap<People> people_;
};

}  // namespace chat
