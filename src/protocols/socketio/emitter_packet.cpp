#include "protocols/socketio/emitter_packet.hpp"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/msgpack_timestamp.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/notice.hpp"
#include "protocols/socketio/packet.hpp"

namespace chat {
namespace {

using Json = nlohmann::json;
using PacketKind = EmitterPacket::Kind;

constexpr std::size_t kNameBytes = 128;

Failure fault(std::string why) { return {ErrorCode::bad_request, std::move(why)}; }

/// Stops the parser, which calls itself for each level, before from_msgpack() goes too deep.
struct DepthGuard final : nlohmann::json_sax<Json> {
  std::size_t depth = 0;
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth <= EmitterPacket::kMaxDepth; }
  bool start_array(std::size_t) override { return ++depth <= EmitterPacket::kMaxDepth; }
  bool end_object() override { return --depth, true; }
  bool end_array() override { return --depth, true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }
};

/// Bytes become texts, as those of clients do. A time is the text that JSON has for a Date, or null if its year has not
/// four digits.
Json text_of_bytes(const Json::binary_t& bytes) {
  const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const bool is_time = bytes.has_subtype() && static_cast<std::int8_t>(bytes.subtype()) == kMsgpackTimestamp;
  if (!is_time) return to_base64(content);
  const auto time = msgpack_timestamp(content);
  return time ? Json(*time) : Json();
}

void write_bytes_as_text(Json& value) {
  if (value.is_binary()) value = text_of_bytes(value.get_binary());
  if (value.is_structured()) {
    for (auto& inner : value) write_bytes_as_text(inner);
  }
}

bool is_name(const Json& value) {
  if (!value.is_string()) return false;
  const auto& name = value.get_ref<const std::string&>();
  return !name.empty() && name.size() <= kNameBytes && is_utf8(name);
}

Result<std::vector<std::string>> read_names(const Json& names, const char* what) {
  if (!names.is_array() || names.size() > EmitterPacket::kMaxNames ||
      !std::all_of(names.begin(), names.end(), is_name)) {
    return fault(std::string(what) + " is a list of up to 1000 names of up to 128 bytes");
  }
  return names.get<std::vector<std::string>>();
}

/// "rooms" and "except" of the options; both may be left out.
Result<EmitterPacket> read_options(PacketKind kind, const Json& options) {
  EmitterPacket packet;
  packet.kind = kind;
  if (!options.is_object()) return fault("the options are an object");
  for (const auto& [name, list] : {std::pair{"rooms", &packet.to}, std::pair{"except", &packet.except}}) {
    if (!options.contains(name)) continue;
    auto names = read_names(options[name], name);
    if (!names) return names.error();
    *list = *std::move(names);
  }
  return packet;
}

bool is_event_name(const Json& value) {
  if (!value.is_string()) return false;
  const auto& name = value.get_ref<const std::string&>();
  return is_notice_name(name) && !is_reserved_event(name);
}

}  // namespace

Result<EmitterPacket> read_broadcast(std::string_view payload) {
  if (payload.size() > EmitterPacket::kMaxBytes) return fault("a packet has up to 256 KiB");
  DepthGuard guard;
  if (!Json::sax_parse(payload, &guard, Json::input_format_t::msgpack)) {
    return fault("a packet is MessagePack with a nesting of up to 64");
  }
  Json whole = Json::from_msgpack(payload, true, false);
  if (!whole.is_array() || whole.size() != 3 || !whole[1].is_object())
    return fault("a packet is [uid, packet, options]");
  auto& said = whole[1];
  if (said.value("nsp", Json("/")) != "/") return fault("the one namespace is /");
  const auto type = said.value("type", Json());
  if (type != 2 && type != 5) return fault("the type of a packet is 2");
  auto& data = said["data"];
  if (!data.is_array() || data.empty() || !is_event_name(data[0])) {
    return fault("the data is [event, …]; an event has 1 to 64 bytes without control characters");
  }
  auto packet = read_options(PacketKind::emit, whole[2]);
  if (!packet) return packet;
  packet->event = data[0].get<std::string>();
  data.erase(data.begin());
  write_bytes_as_text(data);
  try {
    packet->arguments = data.dump();
  } catch (const Json::exception&) {
    return fault("a text is UTF-8");
  }
  if (packet->arguments.size() > limits::kClientMessageBytes) return fault("the arguments have at most 16 KiB of JSON");
  return packet;
}

Result<EmitterPacket> read_adapter_request(std::string_view payload) {
  if (payload.size() > EmitterPacket::kMaxBytes) return fault("a request has up to 256 KiB");
  const Json request = Json::parse(payload, nullptr, false);
  if (!request.is_object()) return fault("a request is a JSON object");
  const auto type = request.value("type", Json());
  const PacketKind kind = type == 2 ? PacketKind::join : type == 3 ? PacketKind::leave : PacketKind::disconnect;
  if (kind == PacketKind::disconnect && type != 4) return fault("the type of a request is 2, 3 or 4");
  auto packet = read_options(kind, request.value("opts", Json()));
  if (!packet || kind == PacketKind::disconnect) return packet;
  auto rooms = read_names(request.value("rooms", Json()), "rooms");
  if (!rooms) return rooms.error();
  packet->rooms = *std::move(rooms);
  return packet;
}

}  // namespace chat
