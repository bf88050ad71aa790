#include <algorithm>
#include <utility>

#include "chat/codec/signalr.hpp"
#include "chat/codec/websocket_framing.hpp"
#include "codec/signalr/encode.hpp"
#include "codec/signalr/hub_message.hpp"
#include "codec/signalr/hub_writer.hpp"
#include "codec/signalr/receive_fields.hpp"
#include "codec/signalr/request_id.hpp"

namespace chat {
namespace {

constexpr std::string_view kWithDetails = ".details";

/// The hub protocol in one of its encodings.
class SignalRCodec final : public Codec {
 public:
  using Decode = void (*)(std::string_view payload, std::vector<Request>& out);
  SignalRCodec(std::string name, bool is_binary, const HubWriter& writer, Decode reader)
      : name_(std::move(name)), is_binary_(is_binary), writer_(writer), decode_(reader) {}

  std::string_view name() const override { return name_; }
  bool is_binary() const override { return is_binary_; }
  bool takes_binary() const override { return true; }
  void encode(const RequestId& id, const Event& event, std::string& out) const override {
    encode_hub(writer_, name_.ends_with(kWithDetails) ? detailed_fields() : receive_fields(), id, event, out);
  }
  void decode(std::string_view payload, std::vector<Request>& out) const override { decode_(payload, out); }
  /// A client that leaves, or whose node does, has no error to show to anybody. Whoever has not left by itself may come
  /// back, as with other hubs: what it is refused, the rate of connections included, it is told there.
  void encode_goodbye(CloseReason reason, std::string& out) const override {
    const bool planned = reason.code == CloseCode::normal || reason.code == CloseCode::restart;
    writer_.close(out, planned ? std::string_view{} : reason.text, reason.code != CloseCode::normal);
  }

 private:
  std::string name_;
  bool is_binary_;
  const HubWriter& writer_;
  Decode decode_;
};

const HubWriter& writer_of(Format format) {
  return codec_of(format).is_binary() ? msgpack_hub_writer() : json_hub_writer();
}

}  // namespace

std::string with_details(std::string_view codec) { return std::string(codec) + std::string(kWithDetails); }

const Codec& signalr_json_codec(HubDetails details) {
  static const SignalRCodec plain("signalr.json", false, json_hub_writer(), decode_hub_json);
  static const SignalRCodec detailed(with_details("signalr.json"), false, json_hub_writer(), decode_hub_json);
  return details == HubDetails::yes ? detailed : plain;
}

const Codec& signalr_msgpack_codec(HubDetails details) {
  static const SignalRCodec plain("signalr.messagepack", true, msgpack_hub_writer(), decode_hub_msgpack);
  static const SignalRCodec detailed(with_details("signalr.messagepack"), true, msgpack_hub_writer(),
                                     decode_hub_msgpack);
  return details == HubDetails::yes ? detailed : plain;
}

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
