#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chat::load {

/// What a frame from a server says, in the words of chat.v1 whatever the dialect. Texts point into the frame; absent
/// fields are empty or 0.
struct ServerObject {
  std::string_view type, room, epoch, node, text, code, message;
  std::string_view messages;  // a JSON array of such objects
  std::uint64_t id = 0, offset = 0, to = 0;
  std::int64_t after_ms = 0, retry_after_ms = 0;
  bool duplicate = false, recovered = false, temporary = false;
};

/// Who says something, and where.
struct Identity {
  std::string_view run;  // eight characters, see Stamp
  std::uint32_t number = 0;
  std::string_view room;
  std::string_view epoch = {};  // of the last message seen; empty for who has not been here before
  std::uint64_t offset = 0;
  bool by_address = false;  // the URL has named the room
};

/// What stands for the room in the path of a URL.
inline constexpr std::string_view kRoomPlaceholder = "{room}";
inline bool names_room(std::string_view path) { return path.find(kRoomPlaceholder) != std::string_view::npos; }

/// What differs between the servers that can be driven: how a frame is written and read. Everything else is common.
class Dialect {
 public:
  /// Ids of a client's first two requests; its messages have higher ones.
  static constexpr std::uint64_t kHelloId = 1;
  static constexpr std::uint64_t kJoinId = 2;

  virtual ~Dialect() = default;

  /// The path and query to ask for, given those of the URL, which may be empty. It may name the room.
  virtual std::string path(std::string given) const = 0;
  /// The WebSocket subprotocol to ask for; empty: none.
  virtual std::string_view subprotocol() const { return {}; }
  /// True if messages have offsets and sends have acks. Otherwise a send is answered by the sender's own copy of it.
  virtual bool has_offsets() const { return false; }
  /// True if whoever is connected is in the room of the URL.
  virtual bool joins_by_connecting() const { return false; }

  /// What a client says first.
  virtual std::vector<std::string> greeting(const Identity& who) const = 0;
  /// What it says to a frame whose type only this dialect knows; empty if there is no such type.
  virtual std::vector<std::string> reply(std::string_view type, const Identity& who) const = 0;
  /// A frame that sends `text`, which needs no escaping, to `room`.
  virtual void write_send(std::string& frame, std::uint64_t id, std::string_view room, std::uint32_t n,
                          std::string_view text) const = 0;
  /// Takes what is one object off the front of a WebSocket message.
  virtual std::string_view take_object(std::string_view& text) const { return std::exchange(text, {}); }
  /// Returns false if `frame`, one object, is not of this dialect.
  virtual bool read(std::string_view frame, ServerObject& object) const = 0;
};

const Dialect& chat_v1_dialect();
const Dialect& signalr_dialect();
const Dialect& socket_io_dialect();
const Dialect& text_dialect();

}  // namespace chat::load
