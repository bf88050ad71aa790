#include <algorithm>

#include "chat/codec/signalr.hpp"
#include "chat/codec/websocket_framing.hpp"
#include "codec/signalr/encode.hpp"
#include "codec/signalr/hub_message.hpp"
#include "codec/signalr/hub_writer.hpp"

namespace chat {
namespace {

/// The hub protocol in one of its encodings.
class SignalRCodec final : public Codec {
 public:
  using Decode = void (*)(std::string_view payload, std::vector<Request>& out);
  SignalRCodec(std::string_view name, bool is_binary, const HubWriter& writer, Decode reader)
      : name_(name), is_binary_(is_binary), writer_(writer), decode_(reader) {}

  std::string_view name() const override { return name_; }
  bool is_binary() const override { return is_binary_; }
  void encode(const RequestId& id, const Event& event, std::string& out) const override {
    encode_hub(writer_, id, event, out);
  }
  void decode(std::string_view payload, std::vector<Request>& out) const override { decode_(payload, out); }
  /// A client that leaves, or whose node does, has no error to show to anybody.
  void encode_goodbye(CloseReason reason, std::string& out) const override {
    const bool planned = reason.code == CloseCode::normal || reason.code == CloseCode::restart;
    writer_.close(out, planned ? std::string_view{} : reason.text, may_return(reason.code));
  }

 private:
  std::string_view name_;
  bool is_binary_;
  const HubWriter& writer_;
  Decode decode_;
};

const HubWriter& writer_of(Format format) {
  return codec_of(format).is_binary() ? msgpack_hub_writer() : json_hub_writer();
}

}  // namespace

const Codec& signalr_json_codec() {
  static const SignalRCodec codec("signalr.json", false, json_hub_writer(), decode_hub_json);
  return codec;
}

const Codec& signalr_msgpack_codec() {
  static const SignalRCodec codec("signalr.messagepack", true, msgpack_hub_writer(), decode_hub_msgpack);
  return codec;
}

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

std::size_t signalr_messages(Format format, std::string_view frames) {
  std::size_t count = 0;
  while (!frames.empty()) {
    auto payload = take_websocket_payload(frames);
    if (codec_of(format).is_binary()) {
      while (!take_hub_msgpack(payload).empty()) ++count;
    } else {
      count += static_cast<std::size_t>(std::count(payload.begin(), payload.end(), kRecordEnd));
    }
  }
  return count;
}

}  // namespace chat
