#include "chat/backplane/drain_request.hpp"

#include "chat/base/digest.hpp"

namespace chat::drain_request {

std::string address(const NodeInstance& instance) { return "drain." + instance; }

/// The secret also signs the ids of connections; no id has a blank.
std::string make(std::string_view secret, const NodeInstance& instance) {
  return to_base64url(hmac_sha256(secret, "drain " + instance));
}

bool is_genuine(std::string_view secret, const NodeInstance& instance, std::string_view request) {
  return is_same_secret(request, make(secret, instance));
}

}  // namespace chat::drain_request
