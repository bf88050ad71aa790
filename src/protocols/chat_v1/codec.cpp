#include "protocols/chat_v1/codec.hpp"

#include "protocols/chat_v1/encode.hpp"

namespace chat {
namespace {

class JsonCodec final : public Codec {
 public:
  std::string_view name() const override { return "chat.v1"; }
  bool is_binary() const override { return false; }
  void encode(const RequestId& id, const Event& event, std::string& out) const override { encode_json(id, event, out); }
};

}  // namespace

const Codec& json_codec() {
  static const JsonCodec codec;
  return codec;
}

}  // namespace chat
