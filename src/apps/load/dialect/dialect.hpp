#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chat::load {

/// The fields of a server's frame, named as in chat.v1 for every dialect. Texts point into the frame; absent fields are
/// empty or 0.
struct ServerObject {
  std::string_view type, room, epoch, node, text, code, message;
  std::string_view messages;  // a JSON array of such objects
  std::uint64_t id = 0, offset = 0, to = 0;
  std::int64_t after_ms = 0, retry_after_ms = 0;
  bool duplicate = false, recovered = false, temporary = false;
};

/// The type of an object of which the tester takes no notice.
inline constexpr std::string_view kNothing = "nothing";

/// The client that sends a frame, and its room.
struct Identity {
  std::string_view run;  // eight characters, see Stamp
  std::uint32_t number = 0;
  std::string_view room;
  std::string_view epoch = {};  // of the last message seen; empty before the first join
  std::uint64_t offset = 0;
  bool by_address = false;  // the URL has named the room
};

/// Stands for the room's name in the path of a URL.
inline constexpr std::string_view kRoomPlaceholder = "{room}";
inline bool names_room(std::string_view path) { return path.find(kRoomPlaceholder) != std::string_view::npos; }

/// Writes and reads the frames of one kind of server. All other parts of the tester are common to all servers.
class Dialect {
 public:
  /// Ids of a client's first two requests; its messages have higher ones.
  static constexpr std::uint64_t kHelloId = 1;
  static constexpr std::uint64_t kJoinId = 2;

  virtual ~Dialect() = default;

  /// The path and query of the request. `given` is that of the URL and may be empty. The result may name the room.
  virtual std::string path(std::string given) const = 0;
  /// The WebSocket subprotocol of the request; empty for none.
  virtual std::string_view subprotocol() const { return {}; }
  /// True if messages have offsets and sends have acks. Otherwise the sender's own copy of a message answers its send.
  virtual bool has_offsets() const { return false; }
  /// True if a connection joins the room of the URL by itself.
  virtual bool joins_by_connecting() const { return false; }

  /// The first frames of a client.
  virtual std::vector<std::string> greeting(const Identity& client) const = 0;
  /// The answer to a frame whose type only this dialect knows; empty if there is no such type.
  virtual std::vector<std::string> reply(std::string_view type, const Identity& client) const = 0;
  /// Writes a frame that sends `text` to `room`. The text needs no escaping.
  virtual void write_send(std::string& frame, std::uint64_t id, std::string_view room, std::uint32_t n,
                          std::string_view text) const = 0;
  /// Takes one object off the front of a WebSocket message.
  virtual std::string_view take_object(std::string_view& text) const { return std::exchange(text, {}); }
  /// Reads one object. Returns false if `frame` is not of this dialect.
  virtual bool read(std::string_view frame, ServerObject& object) const = 0;
};

const Dialect& chat_v1_dialect();
const Dialect& signalr_dialect();
const Dialect& socketio_chat_dialect();
const Dialect& text_dialect();
const Dialect& socketio_text_dialect();

}  // namespace chat::load
