#include "protocols/socketio/engine_dialogue.hpp"

#include <algorithm>

#include "chat/base/json_text.hpp"
#include "chat/codec/format.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/sessions/transport.hpp"
#include "protocols/socketio/limits.hpp"

namespace chat {
namespace {

constexpr std::size_t kConformancePayload = 1'000'000;  // that the public suites expect to read

}  // namespace

void EngineDialogue::begin(Session& session) {
  session.shard().clockwork().keep_alive_later(session, settings_.ping_interval);
}

/// Types that have no meaning here are ignored, as other servers do: 0, 5 and 6.
void EngineDialogue::receive(Session& session, std::string_view packet) {
  const char type = packet.empty() ? '\0' : packet.front();
  if (type == '4') return on_message(session, packet.substr(1));
  if (type == '3') {
    awaited_ = false;
  } else if (type == '1') {
    session.close({CloseCode::normal, ""});
  } else if (type == '2') {
    session.close({CloseCode::protocol_error, "in Engine.IO 4 the server pings"});
  } else if (type < '0' || type > '6') {
    session.close({CloseCode::protocol_error, "this is no packet of Engine.IO"});
  }
}

/// A ping, and after ping_timeout a look at whether it was answered; the next ping a ping_interval after the last.
void EngineDialogue::keep_alive(Session& session, Instant) {
  if (pinged_ && awaited_) return session.transport().abort();
  pinged_ = !pinged_;
  if (pinged_) {
    awaited_ = true;
    session.send_control(frame_of(session.format(), "2"));
  }
  const Milliseconds rest = settings_.ping_interval - settings_.ping_timeout;
  session.shard().clockwork().keep_alive_later(session,
                                               pinged_ ? settings_.ping_timeout : std::max(rest, Milliseconds{1}));
}

std::string open_packet(const SocketIOSettings& settings, std::string_view sid, std::string_view upgrades) {
  std::string packet = R"(0{"sid":)";
  append_json_string(packet, sid);
  (packet += R"(,"upgrades":)") += upgrades;
  packet += R"(,"pingInterval":)";
  append_number(packet, settings.ping_interval.count());
  packet += R"(,"pingTimeout":)";
  append_number(packet, settings.ping_timeout.count());
  packet += R"(,"maxPayload":)";
  append_number(packet, settings.conformance ? kConformancePayload : limits::kEnginePayloadBytes);
  return packet += '}';
}

}  // namespace chat
