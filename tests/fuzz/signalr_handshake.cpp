// SignalR's handshake. An accepted one can be written again and is accepted equally; a rejection is JSON.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "chat/base/assert.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/handshake.hpp"

namespace {

using namespace chat;

void write_back(const HandshakeAccepted& accepted) {
  const bool binary = accepted.encoding == HubEncoding::msgpack;
  const nlohmann::json handshake{{"protocol", binary ? "messagepack" : "json"},
                                 {"version", accepted.resumable ? 2 : 1}};
  const auto again = std::get<HandshakeAccepted>(read_handshake(handshake.dump() + '\x1e'));
  CHAT_ASSERT(again.encoding == accepted.encoding && again.resumable == accepted.resumable);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  const auto handshake = read_handshake(payload);
  if (const auto* accepted = std::get_if<HandshakeAccepted>(&handshake)) {
    CHAT_ASSERT(payload.ends_with('\x1e'));
    write_back(*accepted);
  } else {
    std::string goodbye;
    signalr_handshake_codec().encode_goodbye(std::get<HandshakeRejected>(handshake).reason, goodbye);
    CHAT_ASSERT(goodbye.ends_with('\x1e') && nlohmann::json::accept(goodbye.substr(0, goodbye.size() - 1)));
  }
  return 0;
}
