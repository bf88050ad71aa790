#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/position.hpp"

namespace chat {

/// Where a client stands in the log of each of its rooms, as it keeps it: "room:epoch:offset", joined by ";". A client
/// in one room gets the same text as all others there; a client in more rooms than limits::kRecoverableRooms gets "-",
/// which is the place of none. Pure values.
class Cursors {
 public:
  struct Cursor {
    std::string room;
    Position at;
  };

  static void append_text(std::string& out, std::string_view room, std::string_view epoch, Offset offset);
  /// Nothing: the text does not say it.
  static std::optional<Cursors> parse(std::string_view text);

  void set(std::string_view room, Position at);
  void remove(std::string_view room);
  const Cursor* find(std::string_view room) const;
  const std::vector<Cursor>& all() const { return all_; }
  std::string text() const;

 private:
  std::vector<Cursor> all_;
};

/// The payload of a message's event, up to its last argument, and that argument; nothing: it is another event.
struct MarkedMessage {
  std::string_view start;
  std::string_view mark;
};
std::optional<MarkedMessage> marked_message(std::string_view payload);

}  // namespace chat
