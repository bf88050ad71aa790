#pragma once

#include <string>

#include "chat/core/error.hpp"

namespace chat {

/// The orders of operators to the whole cluster. Thread: the backplane loop. Errors: unavailable (the store or a node
/// does not answer), not_found, forbidden (the node has another secret).
class ClusterOperations {
 public:
  virtual ~ClusterOperations() = default;
  /// The open sessions whose user's id, session id or subject of the token is `text`, or whose user's name has it in
  /// it: JSON {"sessions":[…] [,"unanswered":[ids of nodes]]}.
  virtual void find(const std::string& text, Completion<std::string> done) = 0;
  /// Lets a node leave, as SIGTERM does; completes when the node has agreed.
  virtual void drain(const std::string& node, Completion<std::string> done) = 0;
};

}  // namespace chat
