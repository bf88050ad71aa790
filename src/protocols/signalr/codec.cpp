#include <algorithm>
#include <utility>

#include "chat/codec/websocket_framing.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/encode.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/hub_writer.hpp"
#include "protocols/signalr/receive_fields.hpp"
#include "protocols/signalr/request_id.hpp"

namespace chat {
namespace {

/// The hub protocol in one of its encodings.
class SignalRCodec final : public Codec {
 public:
  SignalRCodec(std::string_view name, bool is_binary, const HubWriter& writer, HubDetails details)
      : name_(name), is_binary_(is_binary), writer_(writer), details_(details) {}

  std::string_view name() const override { return name_; }
  bool is_binary() const override { return is_binary_; }
  bool takes_binary() const override { return true; }
  void encode(const RequestId& id, const Event& event, std::string& out) const override {
    encode_hub(writer_, details_ == HubDetails::yes ? detailed_fields() : receive_fields(), id, event, out);
  }
  /// A client that leaves, or whose node does, has no error to show. One that has not left by itself may come back, as
  /// with other hubs: it is told there what is refused, the rate of connections included.
  void encode_goodbye(CloseReason reason, std::string& out) const override {
    const bool planned = reason.code == CloseCode::normal || reason.code == CloseCode::restart;
    writer_.close(out, planned ? std::string_view{} : reason.text, reason.code != CloseCode::normal);
  }

 private:
  std::string_view name_;  // a literal
  bool is_binary_;
  const HubWriter& writer_;
  HubDetails details_;
};

const HubWriter& writer_of(Format format) {
  return codec_of(format).is_binary() ? msgpack_hub_writer() : json_hub_writer();
}

}  // namespace

const Codec& signalr_json_codec(HubDetails details) {
  static const SignalRCodec plain("signalr.json", false, json_hub_writer(), HubDetails::no);
  static const SignalRCodec detailed("signalr.json.details", false, json_hub_writer(), HubDetails::yes);
  return details == HubDetails::yes ? detailed : plain;
}

const Codec& signalr_msgpack_codec(HubDetails details) {
  static const SignalRCodec plain("signalr.messagepack", true, msgpack_hub_writer(), HubDetails::no);
  static const SignalRCodec detailed("signalr.messagepack.details", true, msgpack_hub_writer(), HubDetails::yes);
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
