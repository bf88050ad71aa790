#include <algorithm>

#include "chat/codec/websocket_framing.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/dialect.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/hub_writer.hpp"
#include "protocols/signalr/request_id.hpp"

namespace chat {
namespace {

const HubWriter& writer_of(Format format) {
  return codec_of(format).is_binary() ? msgpack_hub_writer() : json_hub_writer();
}

}  // namespace

const Codec& signalr_json_codec(const HubProfile& profile) { return dialect_of(profile).json; }
const Codec& signalr_msgpack_codec(const HubProfile& profile) { return dialect_of(profile).msgpack; }

bool is_upload_part(const RequestId& id) { return reply_kind(id) == ReplyKind::upload; }

SharedBytes signalr_ping(Format format) {
  std::string payload;
  writer_of(format).ping(payload);
  return frame_of(format, payload);
}

SharedBytes signalr_ack(Format format, std::uint64_t last) {
  std::string payload;
  writer_of(format).ack(payload, last);
  return frame_of(format, payload);
}

SharedBytes signalr_sequence(Format format, std::uint64_t next) {
  std::string payload;
  writer_of(format).sequence(payload, next);
  return frame_of(format, payload);
}

std::size_t signalr_message_size(Format format, std::string_view bytes, std::size_t searched) {
  if (!codec_of(format).is_binary()) return bytes.find(kRecordEnd, searched) + 1;  // npos + 1 is 0
  auto rest = bytes;
  return take_hub_msgpack(rest) ? bytes.size() - rest.size() : 0;
}

std::size_t signalr_messages(Format format, std::string_view frames) {
  std::size_t count = 0;
  while (!frames.empty()) {
    auto payload = take_websocket_payload(frames);
    if (codec_of(format).is_binary()) {
      while (take_hub_msgpack(payload)) ++count;
    } else {
      count += static_cast<std::size_t>(std::count(payload.begin(), payload.end(), kRecordEnd));
    }
  }
  return count;
}

}  // namespace chat
