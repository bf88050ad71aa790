// The client side of chat.v1 (src/protocols/README.md).
#include <fmt/format.h>

#include <charconv>
#include <iterator>

#include "apps/load/dialect/dialect.hpp"
#include "apps/load/dialect/json_cursor.hpp"

namespace chat::load {
namespace {

template <typename Number = std::uint64_t>
Number number(std::string_view value) {
  Number result = 0;
  std::from_chars(value.data(), value.data() + value.size(), result);
  return result;
}

void store(ServerObject& object, std::string_view key, std::string_view value) {
  if (key == "type")
    object.type = unquoted(value);
  else if (key == "room")
    object.room = unquoted(value);
  else if (key == "epoch")
    object.epoch = unquoted(value);
  else if (key == "offset")
    object.offset = number(value);
  else if (key == "text")
    object.text = unquoted(value);
  else if (key == "node")
    object.node = unquoted(value);
  else if (key == "id")
    object.id = number(value);
  else if (key == "duplicate")
    object.duplicate = value == "true";
  else if (key == "code")
    object.code = unquoted(value);
  else if (key == "message")
    object.message = unquoted(value);
  else if (key == "messages")
    object.messages = value;
  else if (key == "recovered")
    object.recovered = value == "true";
  else if (key == "temporary")
    object.temporary = value == "true";
  else if (key == "to")
    object.to = number(value);
  else if (key == "after_ms")
    object.after_ms = number<std::int64_t>(value);
  else if (key == "retry_after_ms")
    object.retry_after_ms = number<std::int64_t>(value);
}

class ChatV1 : public Dialect {
 public:
  std::string path(std::string given) const override { return given.empty() ? "/ws" : given; }
  std::string_view subprotocol() const override { return "chat.v1"; }
  bool has_offsets() const override { return true; }

  std::vector<std::string> greeting(const Identity& client) const override {
    if (client.by_address) return {};
    const std::string cursor =
        client.epoch.empty() ? ""
                             : fmt::format(R"(,"cursor":{{"epoch":"{}","offset":{}}})", client.epoch, client.offset);
    return {fmt::format(R"({{"type":"hello","id":{},"name":"load {}","producer":"{}{:024x}"}})", kHelloId,
                        client.number, client.run, client.number),
            fmt::format(R"({{"type":"join","id":{},"room":"{}","history":0{}}})", kJoinId, client.room, cursor)};
  }

  std::vector<std::string> reply(std::string_view, const Identity&) const override { return {}; }

  void write_send(std::string& frame, std::uint64_t id, std::string_view room, std::uint32_t n,
                  std::string_view text) const override {
    fmt::format_to(std::back_inserter(frame), R"({{"type":"send","id":{},"room":"{}","seq":{},"text":"{}"}})", id, room,
                   n, text);
  }

  bool read(std::string_view frame, ServerObject& object) const override {
    object = {};
    return JsonCursor(frame).take_members(
        [&object](std::string_view name, std::string_view value) { store(object, name, value); });
  }
};

}  // namespace

const Dialect& chat_v1_dialect() {
  static const ChatV1 dialect;
  return dialect;
}

}  // namespace chat::load
