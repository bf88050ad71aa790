#include "chat/backplane/cluster_queue.hpp"

namespace chat {

bool ClusterQueue::is_within_bounds(const QueueFields& fields) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : fields) bytes += name.size() + value.size();
  return !fields.empty() && fields.size() <= kMaxFields && bytes <= kMaxEntryBytes;
}

std::string ClusterQueue::too_large(std::uint64_t bytes) {
  return "an entry may have " + std::to_string(kMaxFields) + " fields and " + std::to_string(kMaxEntryBytes) +
         " bytes, this one has more: it has " + std::to_string(bytes) + " bytes";
}

}  // namespace chat
