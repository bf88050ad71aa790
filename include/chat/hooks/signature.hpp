#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/error.hpp"

namespace chat {

/// Proves to the application that a request comes from the cluster and is not older than it says.
/// Immutable. Thread: any, several at once. Owner: HookRules.
class HookSigner {
 public:
  /// Bytes of a secret.
  static constexpr std::size_t kMinSecretBytes = 16;
  static constexpr std::size_t kMaxSecretBytes = 1024;

  /// One or two secrets; while they are rotated, the new and the old one.
  explicit HookSigner(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {}

  /// The value of X-Chat-Signature: "t=<unix seconds>,v1=<hex HMAC-SHA256(secret, t + "." + body)>", with one `v1` for
  /// each secret.
  std::string sign(std::int64_t unix_seconds, std::string_view body) const;

 private:
  std::vector<std::string> secrets_;
};

/// Secrets from the text of a file: one a line. `source`: its name in errors.
/// Errors: bad_request, with a sentence that names the source and the remedy. No byte of a secret is repeated.
Result<HookSigner> hook_signer_from_text(std::string_view text, std::string_view source);
Result<HookSigner> hook_signer_from_file(const std::string& path);

}  // namespace chat
