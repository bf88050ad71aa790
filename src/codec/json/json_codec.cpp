#include "chat/codec/codec.hpp"
#include "codec/json/decode.hpp"
#include "codec/json/encode.hpp"

namespace chat {
namespace {

class JsonCodec final : public Codec {
 public:
  std::string_view name() const override { return "chat.v1"; }
  bool is_binary() const override { return false; }
  void encode(const RequestId& id, const Event& event, std::string& out) const override { encode_json(id, event, out); }
  void decode(std::string_view payload, std::vector<Request>& out) const override { decode_json(payload, out); }
};

}  // namespace

const Codec& json_codec() {
  static const JsonCodec codec;
  return codec;
}

}  // namespace chat
