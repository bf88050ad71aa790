// Calls of the server API. The first byte chooses a method, the second the scopes of the key; the rest are the
// parameters, several calls apart by NUL. Each call completes once, with a JSON object or with a sentence; no order
// concerns all sessions; a history is JSON whatever was published.
#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "api/error_code.hpp"
#include "chat/base/assert.hpp"
#include "chat/core/names.hpp"
#include "fuzz/choices.hpp"
#include "support/memory_api.hpp"

namespace {

using namespace chat;

constexpr std::array<std::string_view, 24> kMethods{
    "publish", "broadcast", "notify",      "history",    "presence", "presence_stats", "rooms", "channels",
    "info",    "subscribe", "unsubscribe", "disconnect", "refresh",  "revoke",         "block", "unblock",
    "kick",    "ban",       "unban",       "mute",       "unmute",   "batch",          "fly",   "ask"};

void check(const Result<std::string>& result) {
  const auto answer = nlohmann::json::parse(api::answer_of(result), nullptr, false);
  CHAT_ASSERT(answer.is_object() && answer.size() == 1);
  if (result) {
    CHAT_ASSERT(answer["result"].is_object());
  } else {
    CHAT_ASSERT(!result.error().message.empty() && result.error().code != ErrorCode::internal);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  MemoryApi node;
  Choices choices(data, size);
  for (int calls = 0; calls < 8 && !choices.empty(); ++calls) {
    const auto method = kMethods[choices.below(kMethods.size())];
    const ApiKey key{"fuzz", "a secret of a fuzzer", static_cast<std::uint8_t>(~choices.byte() & 7U)};
    auto rest = choices;
    const auto left = rest.rest();
    const auto parameters = choices.text(std::min(left.find('\0'), left.size()));
    choices.text(1);
    int times = 0;
    node.api.call(method, parameters, key, [&times](const Result<std::string>& result) {
      ++times;
      check(result);
    });
    settle(node.loop);
    CHAT_ASSERT(times == 1);
  }
  for (const auto& order : node.sessions.orders) {
    const bool is_to_list = order.kind == SessionOrder::Kind::notify;
    const bool has_one = !order.user.empty() || !order.session.empty();
    const bool has_list = !order.users.empty() || !order.sessions.empty();
    CHAT_ASSERT(is_to_list ? has_list && !has_one : has_one && !has_list);
    CHAT_ASSERT(order.user.empty() || is_user_id(order.user));
    for (const auto& user : order.users) CHAT_ASSERT(is_user_id(user));
    const auto read = decode_session_order(encode(order));
    CHAT_ASSERT(read && encode(*read) == encode(order));
  }
  return 0;
}
