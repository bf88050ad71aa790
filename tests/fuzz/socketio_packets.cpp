// The packets of a Socket.IO client: payloads of Engine.IO are split as they were joined; packets are read as they are
// written; placeholders become JSON again; each event is a request whose texts are UTF-8, or a failure with a reason;
// the place and the recovery token that a client shows are read as they are written, and none is genuine by chance.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "protocols/socketio/attachments.hpp"
#include "protocols/socketio/codec.hpp"
#include "protocols/socketio/limits.hpp"
#include "protocols/socketio/packet.hpp"
#include "protocols/socketio/payload.hpp"
#include "protocols/socketio/recovery.hpp"
#include "protocols/socketio/requests.hpp"

namespace {

using namespace chat;

constexpr JsonLimits kAnything{limits::kSocketJsonDepth, limits::kSocketEventBytes};

void check_command(const Command& command) {
  if (const auto* failure = std::get_if<Failure>(&command)) CHAT_ASSERT(!failure->message.empty());
  if (const auto* call = std::get_if<Call>(&command)) CHAT_ASSERT(!validate_json(call->arguments, kAnything));
  if (const auto* send = std::get_if<Send>(&command)) {
    CHAT_ASSERT(is_utf8(send->content.value) && is_utf8(send->room));
    CHAT_ASSERT(send->key.size() <= limits::kMessageKeyBytes && (send->seq == 0 || send->key.empty()));
    if (send->content.kind == Content::Kind::data) CHAT_ASSERT(!validate_json(send->content.value));
  }
}

void check_event(std::string_view json) {
  const JsonView data(json);
  if (data.is(JsonView::Kind::object)) check_command(read_auth(data));
  if (!data.is(JsonView::Kind::array)) return;
  std::vector<JsonView> items;
  data.for_each_item([&items](JsonView item) { items.push_back(item); });
  if (items.empty() || !items[0].is(JsonView::Kind::text)) return;
  const std::string name = items[0].text();
  items.erase(items.begin());
  check_command(read_event(name, items));
}

void check_packet(std::string_view text) {
  const auto packet = read_packet(text);
  if (!packet) return;
  const bool has_json = packet->data.empty() || packet->data.front() == '[' || packet->data.front() == '{';
  if (!packet->is_binary() && has_json) {
    std::string again;
    append_socket_packet(again, packet->type, packet->nsp, packet->id, packet->data);
    const auto same = read_packet(std::string_view(again).substr(1));
    CHAT_ASSERT(same && same->nsp == packet->nsp && same->id == packet->id && same->data == packet->data);
  }
  if (packet->data.empty() || validate_json(packet->data, kAnything)) return;
  check_event(packet->data);
  for (std::size_t count = 0; count < 3; ++count) {
    std::string filled;
    if (!fill_placeholders(packet->data, std::vector<std::string>(count, "\x00\xff"), filled)) continue;
    CHAT_ASSERT(!validate_json(filled, {limits::kSocketJsonDepth, 2 * limits::kSocketEventBytes}));
    check_event(filled);
  }
}

void check_payload(std::string_view payload) {
  std::string again;
  const bool is_good = split_payload(payload, [&again](std::string_view packet, bool binary) {
    append_packet(again, packet, binary);
    if (!binary && is_utf8(packet)) check_packet(packet.substr(1));
    return true;
  });
  if (!is_good) return;
  std::string third;
  CHAT_ASSERT(split_payload(again, [&third](std::string_view packet, bool binary) {
    append_packet(third, packet, binary);
    return true;
  }));
  CHAT_ASSERT(third == again);
}

void check_place(std::string_view text) {
  static const ClusterSecret* const secret = [] {
    auto* const made = new ClusterSecret;
    made->set("a secret of this test");
    return made;
  }();
  CHAT_ASSERT(!read_recovery_token(*secret, text));
  if (const auto marked = marked_message(text)) CHAT_ASSERT(marked->start.size() + marked->mark.size() < text.size());
  const auto cursors = Cursors::parse(text);
  if (cursors) CHAT_ASSERT(Cursors::parse(cursors->text())->text() == cursors->text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_payload(text);
  check_place(text);
  if (is_utf8(text)) check_packet(text);
  return 0;
}
