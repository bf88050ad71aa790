#include "protocols/socketio/bridge.hpp"

#include <memory>
#include <utility>

#include "chat/codec/format.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/http/http_calls.hpp"
#include "chat/transport/polling/polled_connection.hpp"
#include "protocols/socketio/limits.hpp"
#include "protocols/socketio/payload.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using RequestKind = ConnectionRequest::Kind;

constexpr std::size_t kUnpushed = 2 * limits::kEnginePayloadBytes;  // one message in base64, and some more
constexpr std::size_t kUnwritten = limits::kEnginePayloadBytes;     // above it the next frames stay where they are
constexpr Milliseconds kAgain{1000};                                // after an answer that says nothing
constexpr int kTries = 20;

constexpr CloseReason kGone{CloseCode::restart, "the connection is gone, connect anew"};
constexpr CloseReason kNoUpgrade{CloseCode::protocol_error, "no upgrade of Engine.IO"};

class Bridge final : public Dialogue {
 public:
  Bridge(std::string connection, ConnectionRelay& relay) : connection_(std::move(connection)), relay_(relay) {}

  Greeting greeting() const override { return {Seconds{10}, "no upgrade in time"}; }
  void begin(Session& session) override {
    session_ = &session;
    session.divert_frames(true);
  }
  void receive(Session& session, std::string_view packet) override { take(session, packet, false); }
  void receive_binary(Session& session, std::string_view bytes) override { take(session, bytes, true); }
  /// The connection's own node tells its client of events of a node.
  bool take(Session&, const RequestId&, const Event&) override { return true; }
  bool send(Session&, const SharedBytes&, bool) override { return false; }
  bool says_goodbye(const CloseReason&) const override { return !said_goodbye_; }
  void check_alive(Session&, Instant) override {}
  void keep_alive(Session&, Instant) override { pull(); }
  bool has_signs_of_life() const override { return true; }
  bool moves_when_closed() const override { return true; }
  void release() override;

 private:
  enum class Phase : std::uint8_t { fresh, probing, probed, upgrading, open };

  void take(Session& session, std::string_view packet, bool binary);
  void probe();
  void upgrade();
  void push();
  void pull();
  void on_pulled(const ConnectionAnswer& answer);
  void pull_later() { session_->shard().clockwork().keep_alive_later(*session_, kAgain); }
  template <class Done>
  void ask(ConnectionRequest request, Milliseconds most, Done done);

  std::string connection_;
  ConnectionRelay& relay_;
  Session* session_ = nullptr;
  Phase phase_ = Phase::fresh;
  bool pushing_ = false;
  bool said_goodbye_ = false;  // the connection's own
  int tries_ = 0;
  std::uint64_t ack_ = 0;  // of the frames that have come
  std::string unpushed_;   // packets of the client, as a payload
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

/// An answer may come when the socket is gone.
template <class Done>
void Bridge::ask(ConnectionRequest request, Milliseconds most, Done done) {
  relay_.ask(connection_, request, most,
             [this, alive = std::weak_ptr<char>(alive_), done](const ConnectionAnswer& answer) {
               if (!alive.expired() && !session_->is_closing()) done(answer);
             });
}

void Bridge::release() {
  const bool is_ours = phase_ == Phase::upgrading || phase_ == Phase::open;
  if (is_ours && !said_goodbye_) {
    relay_.ask(connection_, {RequestKind::end, 0, {}}, kAnswerTime, [](const ConnectionAnswer&) {});
  }
  delete this;
}

// ---- the upgrade -------------------------------------------------------------------------------------------------

void Bridge::take(Session& session, std::string_view packet, bool binary) {
  if (phase_ == Phase::fresh && !binary && packet == "2probe") return probe();
  if (phase_ == Phase::probed && !binary && packet == "5") return upgrade();
  if (phase_ != Phase::upgrading && phase_ != Phase::open) return session.close(kNoUpgrade);
  if (unpushed_.size() + packet.size() > kUnpushed) {
    return session.close({CloseCode::policy, "more than the connection can take at once"});
  }
  append_packet(unpushed_, packet, binary);
  if (phase_ == Phase::open) push();
}

void Bridge::probe() {
  phase_ = Phase::probing;
  ask({RequestKind::probe, 0, {}}, kAnswerTime, [this](const ConnectionAnswer& answer) {
    if (answer.status != http::status::accepted) return session_->close(kGone);
    phase_ = Phase::probed;
    session_->send_control(frame_of(session_->format(), "3probe"));
  });
}

void Bridge::upgrade() {
  phase_ = Phase::upgrading;
  session_->person().greet();  // it has come in time
  ask({RequestKind::upgrade, 0, {}}, kAnswerTime, [this](const ConnectionAnswer& answer) {
    if (answer.status != http::status::accepted) return session_->close(kGone);
    phase_ = Phase::open;
    push();
    pull();
  });
}

// ---- packets -----------------------------------------------------------------------------------------------------

/// Whether a push without an answer has arrived is unknown, so it is not repeated.
void Bridge::push() {
  if (pushing_ || unpushed_.empty()) return;
  pushing_ = true;
  ask({RequestKind::push, 0, std::exchange(unpushed_, {})}, kAnswerTime, [this](const ConnectionAnswer& answer) {
    pushing_ = false;
    answer.status == http::status::accepted ? push() : session_->close(kGone);
  });
}

void Bridge::pull() {
  if (session_->outbox().bytes() > kUnwritten) return pull_later();
  ask({RequestKind::pull, ack_, {}}, PolledConnection::kPending + kAnswerTime,
      [this](const ConnectionAnswer& answer) { on_pulled(answer); });
}

void Bridge::on_pulled(const ConnectionAnswer& answer) {
  const bool is_unknown = answer.status == http::status::gateway_timeout;
  tries_ = is_unknown ? tries_ + 1 : 0;
  if (is_unknown && tries_ < kTries) return pull_later();
  if (answer.status == http::status::no_content) return pull();
  if (answer.status != http::status::ok) return session_->close(kGone);
  ack_ = answer.ack;
  session_->queue(SharedBytes(answer.body), false);
  said_goodbye_ = has_close_frame(answer.body);
  said_goodbye_ ? session_->close({CloseCode::normal, ""}) : pull();
}

}  // namespace

DialoguePtr engine_bridge(std::string connection, ConnectionRelay& relay) {
  return DialoguePtr(new Bridge(std::move(connection), relay));
}

}  // namespace chat
