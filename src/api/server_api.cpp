#include "chat/api/server_api.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/method.hpp"
#include "chat/base/metrics.hpp"

namespace chat {
namespace api {
namespace {

constexpr auto kMethods = std::to_array<Method>({
    {"publish", Scope::publish, publish},
    {"broadcast", Scope::publish, broadcast},
    {"notify", Scope::publish, notify},
    {"ask", Scope::publish, ask},
    {"history", Scope::read, history},
    {"presence", Scope::read, presence},
    {"presence_stats", Scope::read, presence_stats},
    {"rooms", Scope::read, rooms},
    {"channels", Scope::read, channels},
    {"info", Scope::read, info},
    {"subscribe", Scope::admin, subscribe},
    {"unsubscribe", Scope::admin, unsubscribe},
    {"disconnect", Scope::admin, disconnect},
    {"refresh", Scope::admin, refresh},
    {"revoke", Scope::admin, revoke},
    {"block", Scope::admin, block},
    {"unblock", Scope::admin, unblock},
    {"kick", Scope::admin, kick},
    {"ban", Scope::admin, ban},
    {"unban", Scope::admin, unban},
    {"mute", Scope::admin, mute},
    {"unmute", Scope::admin, unmute},
    {"find", Scope::admin, find},
    {"drain", Scope::admin, drain},
});
// Needs no scope of its own: each of its commands is checked.
constexpr Method kBatch{"batch", Scope::publish, batch};

Counter calls{"chat_api_calls_total", "Calls of the server API"};
Counter refusals{"chat_api_refusals_total", "Calls of the server API that were answered with an error"};

}  // namespace

const Method* find_method(std::string_view name) {
  const auto* const method =
      std::find_if(kMethods.begin(), kMethods.end(), [name](const Method& m) { return m.name == name; });
  return method == kMethods.end() ? nullptr : method;
}

}  // namespace api

void ServerApi::call(std::string_view name, std::string_view parameters, const ApiKey& key,
                     Completion<std::string> done, std::string_view traceparent) {
  api::calls.add();
  const Completion<std::string> answer = [done = std::move(done)](Result<std::string> result) {
    if (!result) api::refusals.add();
    done(std::move(result));
  };
  const bool is_batch = name == api::kBatch.name;
  const api::Method* const method = is_batch ? &api::kBatch : api::find_method(name);
  if (method == nullptr) {
    return answer(Failure{ErrorCode::unknown_type, "there is no method \"" + std::string(name) + '"'});
  }
  if (!is_batch && !key.has(method->scope)) {
    return answer(Failure{ErrorCode::forbidden, "the key has not the scope that \"" + std::string(name) + "\" needs"});
  }
  try {
    method->run({*this, parts_, key, api::Parameters(parameters), answer, traceparent});
  } catch (Failure& failure) {
    answer(std::move(failure));
  }
}

}  // namespace chat
