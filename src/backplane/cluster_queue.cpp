#include "chat/backplane/cluster_queue.hpp"

namespace chat {

bool ClusterQueue::is_within_bounds(const QueueFields& fields) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : fields) bytes += name.size() + value.size();
  return !fields.empty() && fields.size() <= kMaxFields && bytes <= kMaxEntryBytes;
}

}  // namespace chat
