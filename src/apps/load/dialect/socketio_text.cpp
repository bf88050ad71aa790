// Bare texts in the events of any server of Socket.IO 5 on Engine.IO 4, over WebSocket only. A frame is an Engine.IO
// type (0 open, 2 ping, 3 pong, 4 message), after 4 a Socket.IO type (0 connected, 2 event), then JSON. Events: "join"
// ROOM, "joined" ROOM, "send" ROOM TEXT, "message" TEXT.
#include <fmt/format.h>

#include <iterator>

#include "apps/load/dialect/dialect.hpp"
#include "apps/load/dialect/engine_packet.hpp"
#include "apps/load/dialect/json_cursor.hpp"

namespace chat::load {
namespace {

class SocketIoText : public Dialect {
 public:
  std::string path(std::string given) const override {
    return given.size() <= 1 ? "/socket.io/?EIO=4&transport=websocket" : given;
  }

  std::vector<std::string> greeting(const Identity&) const override { return {}; }

  std::vector<std::string> reply(std::string_view type, const Identity& client) const override {
    if (type == "open") return {"40"};
    if (type == "connected") return {fmt::format(R"(42["join","{}"])", client.room)};
    if (type == "ping") return {"3"};
    return {};
  }

  void write_send(std::string& frame, std::uint64_t, std::string_view room, std::uint32_t,
                  std::string_view text) const override {
    fmt::format_to(std::back_inserter(frame), R"(42["send","{}","{}"])", room, text);
  }

  bool read(std::string_view frame, ServerObject& object) const override {
    object = {};
    if (frame.starts_with("42")) return read_event(JsonCursor(frame.substr(2)), object);
    object.type = engine_packet_type(frame);
    return !object.type.empty();
  }

 private:
  static bool read_event(JsonCursor cursor, ServerObject& object) {
    std::string_view argument;
    if (!cursor.take('[') || !cursor.take_string(object.type)) return false;
    if (cursor.take(',') && !cursor.take_string(argument)) return false;
    (object.type == "message" ? object.text : object.room) = argument;
    return cursor.take(']');
  }
};

}  // namespace

const Dialect& socketio_text_dialect() {
  static const SocketIoText dialect;
  return dialect;
}

}  // namespace chat::load
