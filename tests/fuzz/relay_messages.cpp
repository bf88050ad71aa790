// Requests between nodes about connections of several HTTP requests: a decoded one is encoded to the same bytes, and
// unsigned tokens are not genuine.
#include <cstdint>
#include <string_view>

#include "chat/base/assert.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/polling/connection_request.hpp"

namespace {

using namespace chat;

void check_request(std::string_view text) {
  const auto request = decode_connection_request(text);
  if (!request) return;
  CHAT_ASSERT(request->body.size() < text.size());
  const auto again = decode_connection_request(encode(*request));
  CHAT_ASSERT(again && again->kind == request->kind && again->ack == request->ack && again->body == request->body);
}

void check_answer(std::string_view text) {
  const auto answer = decode_connection_answer(text);
  if (!answer) return;
  const auto number = static_cast<unsigned>(answer->status);
  CHAT_ASSERT(number >= 200 && number < 600 && answer->body.size() < text.size());
  const auto again = decode_connection_answer(encode(*answer));
  CHAT_ASSERT(again && again->status == answer->status && again->ack == answer->ack && again->body == answer->body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_request(text);
  check_answer(text);
  if (size == 65) CHAT_ASSERT(!is_genuine("a secret of this test", text));
  return 0;
}
