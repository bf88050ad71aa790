#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/error.hpp"
#include "chat/core/names.hpp"

namespace chat {

/// One life of one node: "<node id>.<random>", so that rows left by a dead process are never taken for its successor's.
using NodeInstance = std::string;

/// The node id in an instance.
inline std::string_view node_of(std::string_view instance) { return instance.substr(0, instance.find('.')); }

/// A valid node id, a dot, and 1 to 32 of a-z 0-9.
bool is_node_instance(std::string_view text);

/// A person in a room, through one node.
struct PresenceRow {
  NodeInstance instance;
  User user;
};

/// The changes on one node in one room. Also the payload of Signal::presence. The info of a user has no control
/// characters; what another node has written may be no JSON.
struct PresenceChange {
  NodeInstance instance;
  std::vector<User> joined;
  std::vector<std::string> left;  // user ids
};
std::string encode(const PresenceChange& change);
/// Errors: bad_request if it is not one, in every line.
Result<PresenceChange> decode_presence_change(std::string_view payload);

/// The result of a renewal.
struct Lease {
  std::vector<NodeInstance> living;
  bool is_new = false;  // the store knew of none: it is the first, or the store has forgotten everything
};

/// The users in each room, over all nodes, and the nodes that live. A node that stops renewing is dead after kLease.
/// Thread: the backplane loop. Errors: unavailable.
class PresenceStore {
 public:
  static constexpr Milliseconds kRenewEvery{2000};
  static constexpr Milliseconds kLease{6000};

  virtual ~PresenceStore() = default;
  /// Stores the changes and then tells the room's nodes (Signal::presence), also if the store has refused them.
  virtual void change(std::string_view room, const PresenceChange& change, Completion<bool> done) = 0;
  /// The users in the room through living nodes; or through all nodes, because a lease may be missing while nodes could
  /// not renew.
  enum class Through : std::uint8_t { living_nodes, all_nodes };
  virtual void load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) = 0;
  /// Renews this node's lease and returns the living nodes.
  virtual void renew(std::string_view instance, Completion<Lease> done) = 0;
  /// Gives the lease back: the node is dead at once.
  virtual void resign(std::string_view instance) = 0;
};

}  // namespace chat
