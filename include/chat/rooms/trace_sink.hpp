#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"
#include "chat/core/position.hpp"

/// The hops of a traced message, as one node has seen them. Times are those of Clock::unix_us().
namespace chat {

/// A node takes a message from its sender: once, or again when the sender repeats it.
struct Intake {
  std::string room;
  Position position;
  std::string trace;   // traceparent of this step
  std::string parent;  // that of the application; empty: the trace begins here
  UnixUs received = 0;
  UnixUs appended = 0;  // when the store's answer came
  bool is_duplicate = false;
};

/// A node hands a message to its sockets.
struct Delivery {
  std::string room;
  Position position;
  std::string trace;  // traceparent of the step that it follows
  UnixUs heard = 0;   // when the store's publication came; 0: the message was read from the log
  UnixUs framed = 0;
  UnixUs written = 0;        // to the last socket; 0: to none
  std::size_t sockets = 0;   // of members
  std::size_t laggards = 0;  // sockets of those that did not take all at once
  bool is_complete = true;   // false: a shard has not told in time
};

/// Where the hops are reported. Thread: the loop of the rooms. Owner: Node; outlives RoomService.
class TraceSink {
 public:
  virtual void on_intake(const Intake& intake) = 0;
  virtual void on_delivery(const Delivery& delivery) = 0;
  /// The reports of all nodes about one message: JSON objects. Errors: unavailable.
  virtual void read(const std::string& room, const Position& position, Completion<std::vector<std::string>> done) = 0;

 protected:
  ~TraceSink() = default;
};

/// Reports that the message of an intake is stored; not that of an old duplicate, whose place is not known any more.
inline void report_taken(TraceSink& sink, Intake intake, const Position& position, bool is_duplicate, UnixUs now) {
  if (position.offset == 0) return;
  intake.position = position;
  intake.is_duplicate = is_duplicate;
  intake.appended = now;
  sink.on_intake(intake);
}

}  // namespace chat
