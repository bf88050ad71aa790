#pragma once

#include <functional>
#include <vector>

#include "chat/backplane/backplane.hpp"
#include "chat/base/clock.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "rooms/fan_out.hpp"
#include "rooms/repair.hpp"
#include "rooms/room_table.hpp"

namespace chat {

/// Reads ranges of a room's log up to the last published message: from memory where possible, else from the store.
/// It keeps no state. Thread: the loop of the rooms. Owner: RoomService. Errors: those of Backplane::history().
class LogReader {
 public:
  using Messages = std::vector<Message>;
  using Found = std::function<void(Room&, const Result<Messages>&)>;

  LogReader(Backplane& backplane, RoomTable& rooms, FanOut& fan_out, Repair& repair, const Clock& clock)
      : backplane_(backplane), rooms_(rooms), fan_out_(fan_out), repair_(repair), clock_(clock) {}

  /// Publishes first, so that the messages found and the next publication of the room meet without a gap. `found` may
  /// be called before read() returns. It is not called if the room has been closed meanwhile.
  void read(Room& room, HistoryQuery query, Found found) { read(room, query, std::move(found), false); }
  /// The page of history that a client asked for.
  void read_page(Room& room, const ReadHistory& request, Completion<Page> done);

 private:
  void read(Room& room, HistoryQuery query, Found found, bool is_retry);
  void tell(Room& room, HistoryQuery query, Messages messages, const Found& found);
  static bool join_published(Room& room, const HistoryQuery& query, Messages& messages);

  Backplane& backplane_;
  RoomTable& rooms_;
  FanOut& fan_out_;
  Repair& repair_;
  const Clock& clock_;
};

}  // namespace chat
