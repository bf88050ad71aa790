#include "fuzz/signalr_checks.hpp"

#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/core/limits.hpp"
#include "fuzz/requests.hpp"
#include "protocols/chat_v1/codec.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/hub_message.hpp"

namespace chat {
namespace {

using nlohmann::json;

/// The hub messages that a codec wrote. In JSON: without the values that MessagePack has in places of their own.
std::vector<json> messages_in(const Codec& codec, std::string_view bytes) {
  std::vector<json> messages;
  while (!bytes.empty()) {
    if (codec.is_binary()) {
      const auto message = take_hub_msgpack(bytes);
      CHAT_ASSERT(message && !message->empty());
      messages.push_back(json::from_msgpack(*message));
    } else {
      const auto end = bytes.find(kRecordEnd);
      CHAT_ASSERT(end != std::string_view::npos);
      messages.push_back(json::parse(bytes.substr(0, end)));
      bytes.remove_prefix(end + 1);
    }
  }
  return messages;
}

/// The same message in both encodings.
void compare(const json& text, const json& binary) {
  CHAT_ASSERT(text.at("type") == binary.at(0));
  if (text.at("type") == 1) {
    CHAT_ASSERT(text.at("target") == binary.at(3) && text.at("arguments") == binary.at(4));
  } else {
    CHAT_ASSERT(text.at("type") == 3 && text.at("invocationId") == binary.at(2));
    const auto& outcome = text.contains("error") ? text["error"] : text.value("result", json());
    CHAT_ASSERT(outcome == (binary.size() > 4 ? binary.at(4) : json()));
  }
}

bool is_refused(const HubCommand& command) {
  const auto* item = std::get_if<UploadItem>(&command);
  return std::holds_alternative<Failure>(command) || (item != nullptr && !item->content);
}

std::vector<HubRequest> decode(const Codec& codec, std::string_view payload) {
  std::vector<HubRequest> requests;
  (codec.is_binary() ? decode_hub_msgpack : decode_hub_json)(payload, default_profile(), requests);
  return requests;
}

void write_back(const Codec& codec, const HubRequest& request) {
  const auto text = to_hub_json(request);
  CHAT_ASSERT(text.has_value() != is_refused(request.command));
  if (!text) return;
  const auto again = decode(codec, codec.is_binary() ? to_hub_msgpack(*text) : *text + kRecordEnd);
  CHAT_ASSERT(again.size() == 1 && describe(again[0]) == describe(request));
}

}  // namespace

void check_event(const RequestId& id, const Event& event) {
  std::string text, binary;
  signalr_json_codec().encode(id, event, text);
  signalr_msgpack_codec().encode(id, event, binary);
  const auto texts = messages_in(signalr_json_codec(), text), binaries = messages_in(signalr_msgpack_codec(), binary);
  CHAT_ASSERT(texts.size() == binaries.size());
  for (std::size_t i = 0; i < texts.size(); ++i) compare(texts[i], binaries[i]);
  if (std::holds_alternative<Published>(event) || std::holds_alternative<Page>(event)) return;  // of bodies as they are
  std::string chat;
  json_codec().encode({}, event, chat);
  CHAT_ASSERT(chat.empty() || json::accept(chat));
}

void check_requests(const Codec& codec, std::string_view payload) {
  const auto requests = decode(codec, payload);
  CHAT_ASSERT(requests.size() <= payload.size());
  for (const auto& request : requests) {
    CHAT_ASSERT(request.id.size() <= limits::kRequestIdBytes + 1 && is_utf8(request.id));
    if (const auto* send = std::get_if<Send>(&request.command)) {
      CHAT_ASSERT(send->content.value.size() <= limits::kTextBytes && is_utf8(send->content.value));
      check_published(encode_body({{"u", "Ana"}, send->content, 1, "node", "s", 1}));
    }
    check_event(request.id, NodeAnswer{"node", "session", "user"});
    check_event(request.id, Failure{ErrorCode::bad_request, "no", {}, 0});
    write_back(codec, request);
  }
}

void check_published(std::string_view body) {
  const Message message{1, decode_body(body)};
  check_event({}, Published{"lobby", "e", &message});
  check_event("i1", Page{"lobby", "e", {message}, false});
}

}  // namespace chat
