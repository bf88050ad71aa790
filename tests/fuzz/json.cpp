// chat.v1 in JSON. The checker accepts the same texts as nlohmann_json; stored bodies and answers are JSON; and each
// request that was decoded can be written by a client and is decoded equal.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/codec.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/limits.hpp"
#include "fuzz/requests.hpp"
#include "protocols/chat_v1/codec.hpp"
#include "protocols/chat_v1/decode.hpp"

namespace {

using namespace chat;

bool is_json(std::string_view text) { return nlohmann::json::accept(text); }

void compare_parsers(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return;  // nlohmann_json takes that for the end
  const auto fault = validate_json(text);
  if (fault && !fault->starts_with("not ")) return;  // JSON, but more than we take
  CHAT_ASSERT(!fault == is_json(text));
  if (fault) return;
  const std::string compact = JsonView(text).compact();
  CHAT_ASSERT(nlohmann::json::parse(compact) == nlohmann::json::parse(text));
  CHAT_ASSERT(JsonView(compact).compact() == compact);
}

void check_body(const Send& send) {
  CHAT_ASSERT(send.content.value.size() <= limits::kTextBytes && is_utf8(send.content.value));
  const auto body = encode_body({{"u", "Ana"}, send.content, 1, "node", "s", send.seq});
  CHAT_ASSERT(decode_body(body).view() == body);
  const Message message{7, SharedBytes(body)};
  std::string told;
  json_codec().encode({}, Published{"lobby", "e", &message}, told);
  const auto object = nlohmann::json::parse(told);
  CHAT_ASSERT(object.at("room") == "lobby" && object.at("epoch") == "e" && object.at("offset") == 7);
  if (send.content.kind == Content::Kind::text) {
    CHAT_ASSERT(object.at("text") == send.content.value);
  } else {
    CHAT_ASSERT(object.at("data") == nlohmann::json::parse(send.content.value));
  }
}

void check_answers(const Request& request) {
  for (const Event& event :
       {Event{NodeAnswer{"node", "session", "user"}}, Event{Failure{ErrorCode::bad_request, "no", {}, 0}}}) {
    std::string reply;
    json_codec().encode(request.id, event, reply);
    const auto object = nlohmann::json::parse(reply);
    CHAT_ASSERT(object.contains("id") == !request.id.empty());
    if (!request.id.empty()) CHAT_ASSERT(object["id"] == nlohmann::json::parse(request.id));
  }
}

void write_back(const Request& request) {
  const auto text = to_chat_v1(request);
  CHAT_ASSERT(text.has_value() != std::holds_alternative<Failure>(request.command));
  if (!text) return;
  std::vector<Request> again;
  decode_json(*text, again);
  CHAT_ASSERT(again.size() == 1 && describe(again[0]) == describe(request));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  compare_parsers(payload);
  std::vector<Request> requests;
  decode_json(payload, requests);
  CHAT_ASSERT(!requests.empty() && requests.size() <= limits::kCommandsPerFrame);
  for (const auto& request : requests) {
    if (const auto* send = std::get_if<Send>(&request.command)) check_body(*send);
    check_answers(request);
    write_back(request);
  }
  return 0;
}
