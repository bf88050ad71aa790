#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chat/rooms/room_log.hpp"

namespace chat {

inline Message message(Offset offset) { return {offset, SharedBytes("{" + std::to_string(offset) + "}")}; }

inline std::vector<Message> messages(Offset first, Offset last) {
  std::vector<Message> out;
  for (Offset offset = first; offset <= last; ++offset) out.push_back(message(offset));
  return out;
}

inline std::vector<Offset> offsets(const std::vector<Message>& list) {
  std::vector<Offset> out;
  for (const auto& m : list) out.push_back(m.offset);
  return out;
}

class RoomLogTest : public testing::Test {
 protected:
  RoomLogTest() { log.start({{"e1", 10}, {}}); }
  void offer(Offset offset, std::string_view epoch = "e1") { log.offer(epoch, message(offset)); }
  std::vector<Offset> delivered() { return offsets(log.take_deliverable()); }
  std::vector<Offset> remembered(Offset after, Offset before, std::uint32_t limit, bool newest) {
    const auto found = log.recent().page(after, before, limit, newest);
    return found ? offsets(*found) : std::vector<Offset>{999};
  }
  /// As when the store is asked now, answers at once, and its log ends where the messages or the held ones end.
  void refill(const std::vector<Message>& read, Offset top = 0) {
    log.refill(log.ask(), std::max(top, read.empty() ? 0 : read.back().offset), read);
  }
  ResumeCheck reconcile(const LogState& state) { return log.reconcile(log.ask(), state); }
  RoomLog log;
};

}  // namespace chat
