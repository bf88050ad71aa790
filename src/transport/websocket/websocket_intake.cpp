#include "transport/websocket/websocket_intake.hpp"

#include <string>

#include "chat/sessions/shard.hpp"

namespace chat {
namespace {

constexpr RateLimit kPings{20, 20};

}  // namespace

class WebSocketIntake::Handler final : public WebSocketReader::Handler {
 public:
  Handler(WebSocketIntake& intake, Session& session) : intake_(intake), session_(session) {}

  std::optional<CloseReason> on_binary() override {
    if (codec_of(session_.format()).takes_binary()) return std::nullopt;
    return CloseReason{CloseCode::unsupported_data, "this protocol is text"};
  }
  void on_message(std::string_view payload, bool binary) override {
    binary ? session_.receive_binary(payload) : session_.receive(payload);
  }
  void on_ping(std::string_view payload) override {
    if (intake_.pings_.take(kPings, session_.shard().clock().now()) > Milliseconds{0}) {
      return session_.close({CloseCode::policy, "too many pings"});
    }
    std::string frame;
    append_websocket_frame(frame, Opcode::pong, payload);
    session_.send_control(SharedBytes(frame));
  }
  void on_pong() override {}
  void on_close(CloseCode code) override {
    intake_.peer_closed_ = true;
    // The client of a resumable session tells its dialogue if it means to leave.
    if (!session_.is_resumable()) session_.close({code, ""});
  }
  bool is_done() const override { return intake_.stopped_ || intake_.peer_closed_ || session_.is_closing(); }

 private:
  WebSocketIntake& intake_;
  Session& session_;
};

void WebSocketIntake::take(std::span<char> bytes, Session& session) {
  Handler handler(*this, session);
  if (const auto broken = reader_.feed(bytes, handler)) session.close(*broken);
}

void WebSocketIntake::restart() {
  reader_ = reader_.fresh();
  peer_closed_ = false;
}

}  // namespace chat
