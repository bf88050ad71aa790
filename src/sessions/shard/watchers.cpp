#include "chat/sessions/shard/watchers.hpp"

#include <algorithm>
#include <array>

#include "chat/sessions/session.hpp"

namespace chat {

void Watchers::watch(SessionRef session, bool on, bool details) {
  std::erase_if(watchers_, [session](const Watcher& other) {
    return other.session.slot == session.slot && other.session.generation == session.generation;
  });
  if (on) watchers_.push_back({session, details});
  count();
}

void Watchers::count() {
  const auto operators = std::count_if(watchers_.begin(), watchers_.end(), [](const Watcher& w) { return w.details; });
  size_.store(watchers_.size(), std::memory_order_relaxed);
  operators_.store(static_cast<std::size_t>(operators), std::memory_order_relaxed);
}

/// A session that is no operator any more sees what others see.
void Watchers::show(const to_shard::Seen& mail) {
  std::erase_if(watchers_, [this](const Watcher& watcher) { return sessions_.find(watcher.session) == nullptr; });
  count();
  std::array<SharedBytes, kFormats> plain, detailed;
  for (const auto& [who, details] : std::vector(watchers_)) {
    Session* const session = sessions_.find(who);
    if (session == nullptr) continue;
    const bool sees_all = details && mail.detailed && session->token().is_operator(*session);
    auto& frame = (sees_all ? detailed : plain)[static_cast<std::size_t>(session->format())];
    if (!frame) frame = make_frame(session->format(), {}, sees_all ? *mail.detailed : *mail.cluster);
    if (frame) session->send(frame, true);
  }
}

}  // namespace chat
