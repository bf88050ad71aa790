#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/rooms/room_requests.hpp"
#include "rooms/log_reader.hpp"
#include "rooms/repair.hpp"
#include "rooms/room_table.hpp"

namespace chat {

/// Answers joins of open rooms: with the messages after the client's cursor, or with the newest ones; then with pages
/// of a replay until the session has caught up.
/// Thread: the loop of the rooms. Owner: RoomService. Errors: those of Backplane.
/// Bound: a stalled replay for each room of each session.
class Joins {
 public:
  Joins(RoomTable& rooms, LogReader& reader, Repair& repair) : rooms_(rooms), reader_(reader), repair_(repair) {}

  void join(Room& room, JoinRequest request, Completion<JoinAnswer> done);
  /// The session leaves: its joins under way end with not_joined.
  static void leave(Room& room, const SessionRef& session, const User& user);
  /// The session of the user is another user's from now on.
  static void leave_seat(Room& room, const User& user) { std::erase(room.admissions.seats, user.id); }
  /// While the store does not answer, the request waits for continue_stalled(). Errors: not_joined.
  void continue_replay(ReplayRequest request, Completion<ReplayPage> done);
  /// Once a second while the store answers.
  void continue_stalled();

 private:
  struct Joining {
    JoinRequest request;
    std::shared_ptr<Completion<JoinAnswer>> done;
  };
  static bool has_seat(Room& room, const User& user);
  static void answer(Room& room, const Joining& joining, Result<JoinAnswer> answer);
  void ask_store(Room& room, Joining joining);
  void resume(Room& room, Joining joining, ResumeCheck check);
  void begin_anew(Room& room, Joining joining, std::string_view reason);
  static void admit(Room& room, const Joining& joining, std::vector<Event> before, bool recovered,
                    std::vector<Message> messages, Offset start);

  RoomTable& rooms_;
  LogReader& reader_;
  Repair& repair_;
  std::vector<std::pair<ReplayRequest, Completion<ReplayPage>>> stalled_;
};

}  // namespace chat
