// Whatever a client of chat.v1 sends: it is read without a crash, in bounds, taken for JSON or not as nlohmann_json
// does, and what is stored and answered is JSON.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/codec.hpp"
#include "chat/core/limits.hpp"
#include "codec/json/json_check.hpp"
#include "codec/json/json_view.hpp"
#include "fuzz/driver.hpp"

namespace {

using namespace chat;

bool is_json(std::string_view text) { return nlohmann::json::accept(text); }

void judge(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return;  // nlohmann_json takes that for the end
  const auto fault = fault_in_json(text);
  if (fault && !fault->starts_with("not ")) return;  // JSON, but more than we take
  CHAT_ASSERT(!fault == is_json(text));
  if (!fault) CHAT_ASSERT(nlohmann::json::parse(JsonView(text).compact()) == nlohmann::json::parse(text));
}

void answer_all(std::string_view payload) {
  std::vector<Request> requests;
  json_codec().decode(payload, requests);
  CHAT_ASSERT(requests.size() <= payload.size() + 1);
  for (const auto& request : requests) {
    if (const auto* send = std::get_if<Send>(&request.command)) {
      CHAT_ASSERT(send->content.value.size() <= limits::kTextBytes && is_utf8(send->content.value));
      CHAT_ASSERT(is_json(encode_body({{"u", "Ana"}, send->content, 1, "node", "s", 1})));
    }
    for (const Event& event :
         {Event{NodeAnswer{"node", "session", "user"}}, Event{Failure{ErrorCode::bad_request, "no", {}, 0}}}) {
      std::string reply;
      json_codec().encode(request.id, event, reply);
      CHAT_ASSERT(is_json(reply));
    }
  }
}

}  // namespace

std::vector<std::string> seeds() {
  return {
      R"({"type":"hello","id":1,"name":"Ana","guest":"0123456789abcdef","producer":"0123456789abcdef"})",
      R"([{"type":"join","id":"two","room":"lobby","cursor":{"epoch":"e","offset":41},"history":0},{"type":"node"}])",
      R"({"type":"send","id":3,"room":"lobby","n":7,"text":"h\u00e9 \"there\" 😀, and so long that it fills more than a register or two"})",
      R"( { "type" : "send" , "room" : "lobby" , "data" : { "a" : [ 1 , null , -2.5e3 , { "b" : "\ud83d\ude00\\" } ] } } )",
      R"({"type":"history","id":4,"room":"lobby","before":58,"after":3,"limit":9})",
      R"({"type":"typing","room":"lobby"})",
      R"({"type":"members","id":6,"room":"lobby"})"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  judge(payload);
  answer_all(payload);
  return 0;
}
