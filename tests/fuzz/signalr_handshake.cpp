// SignalR's handshake. It is one request; what was agreed can be agreed again; and its refusal is JSON.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "chat/base/assert.hpp"
#include "chat/codec/signalr.hpp"
#include "fuzz/requests.hpp"

namespace {

using namespace chat;

Request decode(std::string_view payload) {
  std::vector<Request> requests;
  signalr_handshake_codec().decode(payload, requests);
  CHAT_ASSERT(requests.size() == 1 && requests[0].id == kHandshakeId);
  return requests[0];
}

void write_back(const Request& request, const Agree& agree) {
  const bool binary = agree.codec == signalr_msgpack_codec().name();
  CHAT_ASSERT(binary || agree.codec == signalr_json_codec().name());
  const nlohmann::json handshake{{"protocol", binary ? "messagepack" : "json"}, {"version", agree.resumable ? 2 : 1}};
  CHAT_ASSERT(describe(decode(handshake.dump() + '\x1e')) == describe(request));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  const auto request = decode(payload);
  if (const auto* agree = std::get_if<Agree>(&request.command)) {
    CHAT_ASSERT(payload.ends_with('\x1e'));
    write_back(request, *agree);
  } else {
    std::string goodbye;
    signalr_handshake_codec().encode_goodbye(std::get<Disagree>(request.command).reason, goodbye);
    CHAT_ASSERT(goodbye.ends_with('\x1e') && nlohmann::json::accept(goodbye.substr(0, goodbye.size() - 1)));
  }
  return 0;
}
