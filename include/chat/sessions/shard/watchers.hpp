#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "chat/rooms/mail.hpp"
#include "chat/sessions/shard/session_table.hpp"

namespace chat {

/// The sessions of a shard that watch the cluster. Thread: the shard, but for the two counts. Owner: Shard.
class Watchers {
 public:
  explicit Watchers(const SessionTable& sessions) : sessions_(sessions) {}

  /// Shows the session the cluster, or no longer.
  void watch(SessionRef session, bool on, bool details);
  void show(const to_shard::Seen& mail);

  /// From any thread.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }
  /// Those that asked for what operators see. From any thread.
  std::size_t operators() const { return operators_.load(std::memory_order_relaxed); }

 private:
  struct Watcher {
    SessionRef session;
    bool details;
  };

  void count();

  const SessionTable& sessions_;
  std::vector<Watcher> watchers_;
  std::atomic<std::size_t> size_{0};
  std::atomic<std::size_t> operators_{0};
};

}  // namespace chat
