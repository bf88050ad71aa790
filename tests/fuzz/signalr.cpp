// Whatever a client of SignalR sends: it is read without a crash, in bounds, and each answer to it can be read by both
// encodings. What any program may have written into the log is told in both, too.
#include <cstdint>
#include <string_view>

#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/signalr.hpp"
#include "chat/core/limits.hpp"
#include "codec/signalr_wire.hpp"
#include "fuzz/driver.hpp"

namespace {

using namespace chat;

void answer_all(const Codec& codec, std::string_view payload) {
  std::vector<Request> requests;
  codec.decode(payload, requests);
  CHAT_ASSERT(requests.size() <= payload.size() + 1);
  for (const auto& request : requests) {
    CHAT_ASSERT(request.id.size() <= limits::kRequestIdBytes + 1);
    if (const auto* send = std::get_if<Send>(&request.command)) {
      CHAT_ASSERT(send->content.value.size() <= limits::kTextBytes && is_utf8(send->content.value));
      const Message message{1, SharedBytes(encode_body({{"u", "Ana"}, send->content, 1, "node", "s", 1}))};
      const Published published{"lobby", "e", &message};
      std::string json, msgpack;
      signalr_json_codec().encode({}, published, json);
      signalr_msgpack_codec().encode({}, published, msgpack);
      CHAT_ASSERT(nlohmann::json::accept(json.substr(0, json.size() - 1)));
    }
    std::string reply;
    codec.encode(request.id, NodeAnswer{"node", "session", "user"}, reply);
    codec.encode(request.id, Failure{ErrorCode::bad_request, "no", {}, 0}, reply);
  }
}

void tell_body(std::string_view text) {
  const Message message{1, decode_body(text)};
  for (const Codec* codec : {&signalr_json_codec(), &signalr_msgpack_codec()}) {
    std::string out;
    codec->encode({}, Published{"lobby", "e", &message}, out);
    CHAT_ASSERT(!out.empty());
    if (!codec->is_binary()) CHAT_ASSERT(nlohmann::json::accept(out.substr(0, out.size() - 1)));
  }
}

}  // namespace

std::vector<std::string> seeds() {
  static constexpr std::string_view kRequests = R"([{"type":"hello","id":1,"name":"Ana","guest":"0123456789abcdef"},
    {"type":"join","id":2,"room":"lobby","cursor":{"epoch":"e","offset":41}},
    {"type":"send","id":3,"room":"lobby","name":"Ana","text":"hi é","n":7},
    {"type":"send","room":"lobby","data":{"a":[1,null,2.5,{"b":"x"}]}},
    {"type":"history","id":4,"room":"lobby","before":58,"limit":9}, {"type":"node","id":5}])";
  return {pack_hub_json(kRequests),
          pack_hub_msgpack(kRequests),
          "{\"protocol\":\"json\",\"version\":1}\x1e",
          "{\"type\":1,\"target\":\"UploadMessages\",\"arguments\":[\"a\",\"Ana\"],\"streamIds\":[\"1\"]}\x1e"
          "{\"type\":2,\"invocationId\":\"1\",\"item\":\"x\"}\x1e{\"type\":3,\"invocationId\":\"1\"}\x1e",
          "{\"type\":6}\x1e{\"type\":7}\x1e{\"type\":8,\"sequenceId\":1}\x1e{\"type\":9,\"sequenceId\":1}\x1e",
          std::string("\x02\x91\x06\x03\x92\x08\x01\x03\x92\x09\x01\x04\x93\x07\xc0\xc2", 15),
          R"({"from":{"id":"u1","name":"Ana"},"text":"hi","time":1,"node":"n","sender":"s","n":1})",
          R"({"from":{"id":"u1","name":"Ana"},"data":{"a":[[[1]]]},"time":1,"node":"n"})"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  for (const Codec* codec : {&signalr_json_codec(), &signalr_msgpack_codec(), &signalr_handshake_codec()}) {
    answer_all(*codec, payload);
  }
  tell_body(payload);
  return 0;
}
