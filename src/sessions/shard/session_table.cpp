#include "chat/sessions/shard/session_table.hpp"

#include "chat/base/assert.hpp"

namespace chat {

SessionRef SessionTable::add(Session& session, Format format) {
  std::uint32_t slot = static_cast<std::uint32_t>(slots_.size());
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  slots_[slot].session = &session;
  size_.fetch_add(1, std::memory_order_relaxed);
  return {shard_, slot, slots_[slot].generation, format};
}

void SessionTable::remove(const Session& session, SessionRef who) {
  Slot& slot = slots_[who.slot];
  CHAT_ASSERT(slot.session == &session);
  slot.session = nullptr;
  ++slot.generation;
  free_.push_back(who.slot);
  size_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace chat
