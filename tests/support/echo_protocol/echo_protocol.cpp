#include "support/echo_protocol/echo_protocol.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "chat/core/limits.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"

namespace chat {
namespace {

constexpr const char* kRoom = "lobby";

/// The text of a message, and nothing else.
class EchoCodec final : public Codec {
 public:
  std::string_view name() const override { return "echo"; }
  bool is_binary() const override { return false; }
  void encode(const RequestId&, const Event& event, std::string& out) const override {
    const auto* published = std::get_if<Published>(&event);
    if (published != nullptr) out += nlohmann::json::parse(published->message->body.view()).value("text", "");
  }
};

class EchoDialogue final : public Dialogue {
 public:
  Greeting greeting() const override { return {Seconds{10}, "nothing said"}; }
  void begin(Session& session) override {
    Command join = Join{kRoom, {}, 0};
    session.handle({}, join);
  }
  void receive(Session& session, std::string_view bytes) override {
    Command send = Send{kRoom, Content{Content::Kind::text, std::string(bytes)}, 0, {}};
    session.handle({}, send);
  }
  void check_alive(Session& session, Instant) override { session.transport().ping(); }
  void release() override {}
};

Format echo_format() {
  static const EchoCodec codec;
  static const Format format = add_format(codec, websocket_framing());
  return format;
}

}  // namespace

Protocol echo_protocol() {
  return {"echo", [](Router& router, const TransportSettings&) {
            WebSocketProtocol protocol{{}, echo_format(), {}, limits::kClientMessageBytes};
            protocol.dialogue = [](const HttpRequest&, const Negotiated&) {
              static EchoDialogue dialogue;
              return DialoguePtr(&dialogue);
            };
            router.websocket("/echo", protocol);
          }};
}

}  // namespace chat
