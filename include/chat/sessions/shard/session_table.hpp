#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "chat/rooms/session_ref.hpp"

namespace chat {

class Session;

/// The sessions of a shard, each in a slot. A slot is used again with another generation, so that mail for a session
/// that has ended reaches no other. Thread: the shard, but for size(). Owner: Shard.
class SessionTable {
 public:
  explicit SessionTable(std::uint32_t shard) : shard_(shard) {}

  SessionRef add(Session& session, Format format);
  void remove(const Session& session, SessionRef who);
  /// nullptr: it has ended.
  Session* find(SessionRef who) const {
    const Slot& slot = slots_[who.slot];
    return slot.generation == who.generation ? slot.session : nullptr;
  }
  /// How many there are. From any thread.
  std::uint64_t size() const { return size_.load(std::memory_order_relaxed); }

  std::size_t slots() const { return slots_.size(); }
  /// nullptr: the slot is free.
  Session* at(std::size_t slot) const { return slots_[slot].session; }
  /// Calls `visit` for each session; it may close the session.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].session != nullptr) visit(*slots_[slot].session);
    }
  }

 private:
  struct Slot {
    Session* session = nullptr;
    std::uint32_t generation = 0;
  };

  std::uint32_t shard_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::atomic<std::uint64_t> size_{0};
};

}  // namespace chat
