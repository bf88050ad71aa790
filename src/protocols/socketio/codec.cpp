#include "protocols/socketio/codec.hpp"

#include <array>

#include "chat/transport/http/router.hpp"
#include "protocols/socketio/encode.hpp"
#include "protocols/socketio/packet.hpp"

namespace chat {
namespace {

class SocketIOCodec final : public Codec {
 public:
  SocketIOCodec(std::string_view name, SocketIOProfile profile) : name_(name), profile_(profile) {}
  std::string_view name() const override { return name_; }
  bool is_binary() const override { return false; }
  bool takes_binary() const override { return true; }
  void encode(const RequestId& id, const Event& event, std::string& out) const override {
    encode_socketio(profile_, id, event, out);
  }
  /// A client that is told DISCONNECT does not come back by itself; one whose transport is closed does.
  void encode_goodbye(CloseReason reason, std::string& out) const override {
    if (static_cast<std::uint16_t>(reason.code) < 4500) return;
    append_socket_packet(out, SocketPacket::Type::disconnect, "/", {}, {});
  }

 private:
  std::string_view name_;  // a literal
  SocketIOProfile profile_;
};

/// Added together, so that all are there before the first client. Polled clients have the same ones.
struct Formats {
  std::array<std::array<Format, 2>, 2> all;  // by recovery and details
  Formats() {
    for (const bool recovery : {false, true}) {
      for (const bool details : {false, true}) {
        all[recovery][details] = add_format(socketio_codec({recovery, details}), websocket_framing());
      }
    }
  }
};

const Formats& formats() {
  static const Formats formats;
  return formats;
}

}  // namespace

const Codec& socketio_codec(SocketIOProfile profile) {
  static const SocketIOCodec plain("socketio.plain", {false, false});
  static const SocketIOCodec detailed("socketio.plain.details", {false, true});
  static const SocketIOCodec recovered("socketio", {true, false});
  static const SocketIOCodec both("socketio.details", {true, true});
  if (profile.recovery) return profile.details ? both : recovered;
  return profile.details ? detailed : plain;
}

Format socketio_format(const HttpRequest& request, const SocketIOSettings& settings) {
  const auto target = target_of(request);
  const bool recovery = settings.recovery && !settings.conformance && query_value(target, "recovery") != "false";
  return formats().all[recovery][query_value(target, "details") == "true"];
}

Format socketio_handover_format() { return formats().all[false][false]; }

bool has_recovery(Format format) { return format == formats().all[true][false] || format == formats().all[true][true]; }

RequestId acknowledged_by(std::string_view number) { return number.empty() ? RequestId() : 'a' + RequestId(number); }

std::string_view acknowledgement_of(const RequestId& id) {
  return id.starts_with('a') ? std::string_view(id).substr(1) : std::string_view{};
}

}  // namespace chat
