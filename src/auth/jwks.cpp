#include "auth/jwk.hpp"
#include "auth/key_collector.hpp"
#include "chat/codec/json/json_check.hpp"

namespace chat {
namespace {

/// A set of 64 keys with certificates (x5c) and members that are not known here.
constexpr JsonLimits kJwksLimits{.depth = 8, .members = 4096};

}  // namespace

LoadedKeys keys_from_jwks(std::string_view text, std::string_view source) {
  const auto failed = [&](const std::string& why) { return LoadedKeys{{}, std::string(source) + ": " + why, {}}; };
  if (const auto fault = check_json(text, kJwksLimits)) return failed("not a JWK Set: " + fault->why);
  const JsonView root(text);
  if (!root.is(JsonView::Kind::object)) return failed("not a JWK Set: not a JSON object");
  KeyCollector collector(source);
  if (const auto keys = root.find("keys")) {
    if (!keys->is(JsonView::Kind::array)) return failed("not a JWK Set: keys is not an array");
    keys->for_each_item([&](JsonView jwk) { collector.take(key_of_jwk(jwk)); });
  } else {
    collector.take(key_of_jwk(root));
  }
  return std::move(collector).finish();
}

}  // namespace chat
