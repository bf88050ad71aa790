#include "chat/api/api_keys.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "chat/base/digest.hpp"

namespace chat {
namespace {

constexpr std::size_t kMaxSecretBytes = 256;

bool is_key_id(std::string_view id) {
  return !id.empty() && id.size() <= 30 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

std::optional<Scope> to_scope(std::string_view name) {
  if (name == "publish") return Scope::publish;
  if (name == "read") return Scope::read;
  if (name == "admin") return Scope::admin;
  return std::nullopt;
}

/// The fault of one entry, as the end of a sentence; empty: none, and `key` is complete.
std::string read_key(const nlohmann::json& entry, ApiKey& key) {
  if (!entry.is_object()) return "must be an object";
  for (const auto& [name, value] : entry.items()) {
    if (name == "id" && value.is_string()) {
      key.id = value;
    } else if (name == "secret" && value.is_string()) {
      key.secret = value;
    } else if (name == "scopes" && value.is_array()) {
      for (const auto& word : value) {
        const auto scope = word.is_string() ? to_scope(word.get<std::string>()) : std::nullopt;
        if (!scope) return "has a scope that is none of \"publish\", \"read\", \"admin\"";
        key.scopes |= static_cast<std::uint8_t>(*scope);
      }
    } else {
      return "may have a text \"id\", a text \"secret\" and a list \"scopes\", not \"" + name + "\" like this";
    }
  }
  if (!is_key_id(key.id)) return "needs an \"id\" of 1 to 30 of a-z 0-9 _ -";
  if (key.secret.size() < ApiKeys::kMinSecretBytes || key.secret.size() > kMaxSecretBytes) {
    return "needs a \"secret\" of 16 to 256 bytes, such as `openssl rand -hex 24` prints";
  }
  if (key.scopes == 0) return "needs \"scopes\", a list of \"publish\", \"read\", \"admin\"";
  return {};
}

}  // namespace

const ApiKey* ApiKeys::find(std::string_view secret) const {
  const ApiKey* found = nullptr;
  for (const auto& key : keys_) {
    if (is_same_secret(key.secret, secret)) found = &key;
  }
  return found;
}

Result<std::shared_ptr<const ApiKeys>> api_keys_from_text(std::string_view text, std::string_view source) {
  const auto fault = [source](const std::string& why) {
    return Failure{ErrorCode::bad_request, std::string(source) + ": " + why};
  };
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_discarded()) return fault("this is not JSON");
  if (!document.is_object() || document.size() != 1 || !document.contains("keys") || !document["keys"].is_array()) {
    return fault("needs one object {\"keys\":[…]}");
  }
  std::vector<ApiKey> keys;
  for (const auto& entry : document["keys"]) {
    const std::string place = "key " + std::to_string(keys.size() + 1) + ' ';
    if (keys.size() == ApiKeys::kMaxKeys) return fault("there are more than 100 keys");
    ApiKey& key = keys.emplace_back();
    if (auto why = read_key(entry, key); !why.empty()) return fault(place + why);
    const auto is_other = [&key](const ApiKey& other) {
      return &other != &key && (other.id == key.id || other.secret == key.secret);
    };
    if (std::any_of(keys.begin(), keys.end(), is_other)) return fault(place + "has the id or the secret of another");
  }
  if (keys.empty()) return fault("there is no key in it");
  return std::make_shared<const ApiKeys>(std::move(keys));
}

Result<std::shared_ptr<const ApiKeys>> api_keys_from_file(const std::string& path) {
  std::string text(ApiKeys::kMaxFileBytes + 1, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.empty()) return Failure{ErrorCode::bad_request, path + ": cannot be read, or is empty"};
  if (text.size() > ApiKeys::kMaxFileBytes) return Failure{ErrorCode::bad_request, path + ": has more than 64 KiB"};
  return api_keys_from_text(text, path);
}

}  // namespace chat
