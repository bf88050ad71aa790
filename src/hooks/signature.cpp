#include "chat/hooks/signature.hpp"

#include <utility>

#include "chat/base/digest.hpp"
#include "hooks/small_file.hpp"

namespace chat {
namespace {

/// Takes a line off the front of `text`, without its end.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string HookSigner::sign(std::int64_t unix_seconds, std::string_view body) const {
  const auto time = std::to_string(unix_seconds);
  const auto signed_text = time + '.' + std::string(body);
  std::string value = "t=" + time;
  for (const auto& secret : secrets_) value += ",v1=" + to_hex(hmac_sha256(secret, signed_text));
  return value;
}

Result<HookSigner> hook_signer_from_text(std::string_view text, std::string_view source) {
  const auto fault = [source](const std::string& sentence) {
    return Failure{ErrorCode::bad_request, std::string(source) + ": " + sentence};
  };
  std::vector<std::string> secrets;
  while (!text.empty()) {
    const auto line = take_line(text);
    const auto place = "line " + std::to_string(secrets.size() + 1);
    if (secrets.size() == 2) return fault("has more than two lines; write the new secret, then the old one");
    if (line.size() < HookSigner::kMinSecretBytes) {
      return fault(place + " has fewer than 16 bytes; make a secret with: openssl rand -hex 32");
    }
    if (line.size() > HookSigner::kMaxSecretBytes) return fault(place + " has more than 1024 bytes");
    if (!secrets.empty() && secrets.front() == line) return fault("both lines are the same secret; remove one");
    secrets.emplace_back(line);
  }
  if (secrets.empty()) return fault("is empty; make a secret with: openssl rand -hex 32");
  return HookSigner(std::move(secrets));
}

Result<HookSigner> hook_signer_from_file(const std::string& path) {
  auto text = read_small_file(path, 2 * (HookSigner::kMaxSecretBytes + 2));
  if (!text) return text.error();
  return hook_signer_from_text(*text, path);
}

}  // namespace chat
