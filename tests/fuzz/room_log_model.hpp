#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/rooms/room_log.hpp"
#include "fuzz/choices.hpp"

namespace chat {

/// A store, a network that loses, repeats and reorders, a log that follows them, and a reader that believes the log.
/// Reads of the store take time, one is under way at a time, as in the rooms.
class RoomLogModel {
 public:
  RoomLogModel() { log_.start(store_); }

  void step(Choices& choices);
  /// No more faults: the reader must come to have the messages of the store.
  void settle();

 private:
  struct Read {
    RoomLog::Asked asked;
    Offset top = 0;
    std::optional<LogState> state;  // a state, or a page of messages
    std::vector<Message> messages;
  };

  void append(std::size_t count);
  void deliver(std::size_t index, bool lose, bool repeat);
  void trim(std::size_t count);
  void end_epoch(Offset lost);
  void wipe();
  void begin_read();
  void end_read();
  void reconcile(const RoomLog::Asked& asked, const LogState& state);
  void look();

  RoomLog log_;
  LogState store_{{"e0", 0}, {}};
  std::map<Offset, std::string> stored_;
  std::deque<std::pair<Epoch, Message>> network_;
  std::optional<Read> reading_;
  int epochs_ = 0;
  bool flooded_ = false;  // once is enough, and takes long
  Offset shown_ = 0;
  std::map<Offset, std::string> reader_;
};

}  // namespace chat
