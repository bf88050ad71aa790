#include "server/access_settings.hpp"

#include "chat/auth/key_ring.hpp"
#include "chat/auth/room_rules.hpp"

namespace chat {

std::string fault_in_access(const Config& config) {
  if (!config.rooms.empty()) {
    if (const auto rules = room_rules_from_file(config.rooms); !rules) return rules.error().message;
  }
  const bool has_files = !config.jwt_secret_file.empty() || !config.jwt_keys.empty();
  const bool has_keys = has_files || !config.jwt_jwks_url.empty();
  if (config.jwt_user_claim.empty()) return "--jwt-user-claim needs the name of a claim";
  if (config.auth == Config::Auth::off) {
    const bool has_claims =
        !config.jwt_issuer.empty() || !config.jwt_audience.empty() || config.jwt_user_claim != "sub";
    if (has_claims) return "--jwt-…: claims of tokens are given, but --auth is off; set it to optional or required";
    return has_keys ? "--jwt-…: keys for tokens are given, but --auth is off; set it to optional or required" : "";
  }
  if (!has_keys) return "--auth needs keys for tokens: --jwt-secret-file, --jwt-keys or --jwt-jwks-url";
  const auto faults = KeyRing({config.jwt_secret_file, config.jwt_keys}).reload();
  return faults.empty() ? "" : faults.front();
}

}  // namespace chat
