#include "protocols/chat_v1/stored_body.hpp"

#include "chat/codec/json/json_check.hpp"
#include "chat/core/limits.hpp"

namespace chat {

JsonView read_stored_body(Message& message) {
  constexpr JsonLimits kMax{limits::kJsonDepth, limits::kJsonMembers + 16};
  const auto is_object = [&] { return JsonView(message.body.view()).is(JsonView::Kind::object); };
  if (validate_json(message.body.view(), kMax) || !is_object()) message.body = SharedBytes(R"({"data":null})");
  return JsonView(message.body.view());
}

}  // namespace chat
