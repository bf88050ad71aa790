// The client side of chatd's Socket.IO (src/protocols/socketio/README.md), over WebSocket only. Its arguments are
// chat.v1's objects. Every client is in the lobby, too.
#include <fmt/format.h>

#include <charconv>
#include <iterator>

#include "apps/load/dialect/dialect.hpp"
#include "apps/load/dialect/engine_packet.hpp"
#include "apps/load/dialect/json_cursor.hpp"

namespace chat::load {
namespace {

class SocketIoChat : public Dialect {
 public:
  std::string path(std::string given) const override {
    return given.size() <= 1 ? "/socket.io/?EIO=4&transport=websocket" : given;
  }
  bool has_offsets() const override { return true; }

  std::vector<std::string> greeting(const Identity&) const override { return {}; }

  std::vector<std::string> reply(std::string_view type, const Identity& client) const override {
    if (type == "ping") return {"3"};
    if (type == "open") {
      return {
          fmt::format(R"(40{{"name":"load {}","producer":"{}{:024x}"}})", client.number, client.run, client.number)};
    }
    if (type != "connected") return {};
    const std::string cursor =
        client.epoch.empty() ? ""
                             : fmt::format(R"(,"cursor":{{"epoch":"{}","offset":{}}})", client.epoch, client.offset);
    return {fmt::format(R"(42{}["join",{{"room":"{}","history":0{}}}])", kJoinId, client.room, cursor)};
  }

  void write_send(std::string& frame, std::uint64_t id, std::string_view room, std::uint32_t n,
                  std::string_view text) const override {
    fmt::format_to(std::back_inserter(frame), R"(42{}["send",{{"room":"{}","text":"{}","id":{}}}])", id, room, text, n);
  }

  bool read(std::string_view frame, ServerObject& object) const override {
    object = {};
    if (frame.starts_with("42")) return read_event(frame.substr(2), object);
    if (frame.starts_with("43")) return read_acknowledgement(frame.substr(2), object);
    if (frame.starts_with("44")) return read_refusal(frame.substr(2), object);
    if (frame.starts_with('{')) return chat_v1_dialect().read(frame, object);  // one of the messages in an answer
    object.type = engine_packet_type(frame);
    return !object.type.empty();
  }

 private:
  /// The event `joined` comes beside the acknowledgement, which has the missed messages, too.
  static bool read_event(std::string_view text, ServerObject& object) {
    JsonCursor cursor(text);
    std::string_view event, argument;
    if (!cursor.take('[') || !cursor.take_string(event) || !cursor.take(',') || !cursor.take_value(argument)) {
      return false;
    }
    if (event == "messageToClient" || event == "joined") {
      object.type = kNothing;
      return true;
    }
    if (!chat_v1_dialect().read(argument, object)) return false;
    if (event == "exception") object.type = "error";
    return true;
  }

  static bool read_acknowledgement(std::string_view text, ServerObject& object) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    JsonCursor cursor(text.substr(static_cast<std::size_t>(end - text.data())));
    std::string_view argument;
    const bool is_read = error == std::errc{} && cursor.take('[') && cursor.take_value(argument) &&
                         chat_v1_dialect().read(argument, object);
    object.id = id;
    return is_read;
  }

  static bool read_refusal(std::string_view text, ServerObject& object) {
    std::string_view data;
    const auto note = [&data](std::string_view name, std::string_view value) {
      if (name == "data") data = value;
    };
    return JsonCursor(text).take_members(note) && chat_v1_dialect().read(data, object);
  }
};

}  // namespace

const Dialect& socketio_chat_dialect() {
  static const SocketIoChat dialect;
  return dialect;
}

}  // namespace chat::load
