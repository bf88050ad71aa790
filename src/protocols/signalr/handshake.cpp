#include "protocols/signalr/handshake.hpp"

#include <string>

#include "chat/base/json_text.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/hub_message.hpp"

namespace chat {
namespace {

constexpr CloseReason kUnknownProtocol{CloseCode::protocol_error, "the protocols spoken here are json and messagepack"};
constexpr CloseReason kUnknownVersion{CloseCode::protocol_error, "the versions spoken here are 0, 1 and 2"};

class HandshakeCodec final : public Codec {
 public:
  std::string_view name() const override { return "signalr"; }
  bool is_binary() const override { return false; }
  bool takes_binary() const override { return true; }
  void encode(const RequestId&, const Event&, std::string&) const override {}
  void encode_goodbye(CloseReason reason, std::string& out) const override {
    out += R"({"error":)";
    append_json_string(out, reason.text);
    (out += '}') += kRecordEnd;
  }
};

}  // namespace

bool may_begin_handshake(std::string_view bytes) {
  const auto first = bytes.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || bytes[first] == '{';
}

std::variant<HandshakeAccepted, HandshakeRejected> read_handshake(std::string_view payload) {
  const auto record = take_hub_json(payload);
  if (!record || !payload.empty() || validate_json(*record)) return HandshakeRejected{kNoHandshake};
  const JsonView object(*record);
  if (!object.is(JsonView::Kind::object)) return HandshakeRejected{kNoHandshake};
  const auto protocol = object.find("protocol"), version = object.find("version");
  if (!protocol || !version) return HandshakeRejected{kNoHandshake};
  const bool is_json = protocol->equals("json");
  if (!is_json && !protocol->equals("messagepack")) return HandshakeRejected{kUnknownProtocol};
  const auto spoken = version->number();
  if (!spoken || *spoken > 2) return HandshakeRejected{kUnknownVersion};
  return HandshakeAccepted{is_json ? HubEncoding::json : HubEncoding::msgpack, spoken == 2};
}

const Codec& signalr_handshake_codec() {
  static const HandshakeCodec codec;
  return codec;
}

}  // namespace chat
