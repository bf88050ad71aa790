// The sessions of a shard that watch the cluster.
#include <algorithm>
#include <array>

#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {

void Shard::watch(SessionRef session, bool on, bool details) {
  std::erase_if(watchers_, [session](const Watcher& other) {
    return other.session.slot == session.slot && other.session.generation == session.generation;
  });
  if (on) watchers_.push_back({session, details});
  count_watchers();
}

void Shard::count_watchers() {
  const auto operators = std::count_if(watchers_.begin(), watchers_.end(), [](const Watcher& w) { return w.details; });
  watcher_count_.store(watchers_.size(), std::memory_order_relaxed);
  operator_count_.store(static_cast<std::size_t>(operators), std::memory_order_relaxed);
}

/// A session that is no operator any more sees what others see.
void Shard::handle(to_shard::Seen& mail) {
  std::erase_if(watchers_, [this](const Watcher& watcher) { return find(watcher.session) == nullptr; });
  count_watchers();
  std::array<SharedBytes, kFormats> plain, detailed;
  for (const auto& [who, details] : std::vector(watchers_)) {
    Session* const session = find(who);
    if (session == nullptr) continue;
    const bool sees_all = details && mail.detailed && session->token().is_operator(*session);
    auto& frame = (sees_all ? detailed : plain)[static_cast<std::size_t>(session->format())];
    if (!frame) frame = make_frame(session->format(), {}, sees_all ? *mail.detailed : *mail.cluster);
    if (frame) session->send(frame, true);
  }
}

}  // namespace chat
