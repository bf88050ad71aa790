// The client side of SignalR's hub protocol, in JSON and over WebSocket only. Its records are hub messages; their
// results and arguments are chat.v1's objects (src/protocols/README.md).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "apps/load/dialect/dialect.hpp"
#include "apps/load/dialect/json_cursor.hpp"

namespace chat::load {
namespace {

constexpr char kRecordEnd = '\x1e';
constexpr std::string_view kPing = "{\"type\":6}\x1e";
constexpr std::array<std::string_view, 4> kTemporary{"busy", "internal", "rate_limited", "unavailable"};

/// The members of a hub message that the tester needs, as raw text.
struct HubMessage {
  std::string_view type, id, target, arguments, result, error;
};

void store(HubMessage& message, std::string_view name, std::string_view value) {
  if (name == "type")
    message.type = value;
  else if (name == "invocationId")
    message.id = unquoted(value);
  else if (name == "target")
    message.target = unquoted(value);
  else if (name == "arguments")
    message.arguments = value;
  else if (name == "result")
    message.result = value;
  else if (name == "error")
    message.error = unquoted(value);
}

/// The arguments of a hub message. ReceiveMessage has five: user, message, connectionId, nodeId and the rest; every
/// other target has one.
std::array<std::string_view, 5> arguments_of(std::string_view array) {
  std::array<std::string_view, 5> arguments;
  JsonCursor cursor(array);
  if (!cursor.take('[')) return arguments;
  for (auto& argument : arguments) {
    if (!cursor.take_value(argument) || !cursor.take(',')) break;
  }
  return arguments;
}

bool read_invocation(const HubMessage& message, ServerObject& object) {
  const auto arguments = arguments_of(message.arguments);
  if (message.target != "ReceiveMessage") return chat_v1_dialect().read(arguments[0], object);
  if (!chat_v1_dialect().read(arguments[4], object)) return false;
  object.type = "message";
  object.text = unquoted(arguments[1]);
  object.node = unquoted(arguments[3]);
  return true;
}

/// "code: message"
void read_error(std::string_view text, ServerObject& object) {
  const auto colon = std::min(text.find(": "), text.size());
  object.type = "error";
  object.code = text.substr(0, colon);
  object.message = text.substr(std::min(colon + 2, text.size()));
  object.temporary = std::ranges::find(kTemporary, object.code) != kTemporary.end();
}

class SignalR : public Dialect {
 public:
  std::string path(std::string given) const override { return given.empty() ? "/chatHub?details=true" : given; }
  bool has_offsets() const override { return true; }

  std::string_view take_object(std::string_view& text) const override {
    const auto end = std::min(text.find(kRecordEnd), text.size());
    const auto record = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return record;
  }

  std::vector<std::string> greeting(const Identity&) const override {
    return {std::string("{\"protocol\":\"json\",\"version\":1}") + kRecordEnd};
  }

  std::vector<std::string> reply(std::string_view type, const Identity& client) const override {
    if (type == "ping") return {std::string(kPing)};  // as often as the server, which closes a silent connection
    if (type != "agreed") return {};
    const std::string cursor =
        client.epoch.empty() ? "" : fmt::format(R"(,{{"epoch":"{}","offset":{}}})", client.epoch, client.offset);
    return {
        call(kHelloId, "Hello",
             fmt::format(R"({{"name":"load {}","producer":"{}{:024x}"}})", client.number, client.run, client.number)),
        call(kJoinId, "JoinRoom", fmt::format(R"("{}"{})", client.room, cursor))};
  }

  void write_send(std::string& frame, std::uint64_t id, std::string_view room, std::uint32_t n,
                  std::string_view text) const override {
    fmt::format_to(std::back_inserter(frame),
                   R"({{"type":1,"invocationId":"{}","target":"SendToRoom","arguments":["{}",null,"{}",{}]}}{})", id,
                   room, text, n, kRecordEnd);
  }

  bool read(std::string_view record, ServerObject& object) const override {
    object = {};
    HubMessage message;
    const auto note = [&message](std::string_view name, std::string_view value) { store(message, name, value); };
    if (!JsonCursor(record).take_members(note)) return false;
    if (message.type.empty() && message.error.empty()) {
      object.type = "agreed";
    } else if (message.type == "1") {
      return read_invocation(message, object);
    } else if (message.type == "3") {
      if (message.error.empty() && !chat_v1_dialect().read(message.result, object)) return false;
      if (!message.error.empty()) read_error(message.error, object);
      std::from_chars(message.id.data(), message.id.data() + message.id.size(), object.id);
    } else if (message.type == "6") {
      object.type = "ping";
    } else if (message.type == "7" || message.type.empty()) {
      object.type = "close";
    } else {
      return chat_v1_dialect().read(record, object);  // one of the messages in a result
    }
    return true;
  }

 private:
  static std::string call(std::uint64_t id, std::string_view method, std::string_view arguments) {
    return fmt::format(R"({{"type":1,"invocationId":"{}","target":"{}","arguments":[{}]}}{})", id, method, arguments,
                       kRecordEnd);
  }
};

}  // namespace

const Dialect& signalr_dialect() {
  static const SignalR dialect;
  return dialect;
}

}  // namespace chat::load
