#include "chat/core/cluster_seen.hpp"

namespace chat {

std::string_view to_text(NodeSeen::State state) {
  switch (state) {
    case NodeSeen::State::ready:
      return "ready";
    case NodeSeen::State::draining:
      return "draining";
    case NodeSeen::State::silent:
      return "silent";
  }
  return {};
}

}  // namespace chat
