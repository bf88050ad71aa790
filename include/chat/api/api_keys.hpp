#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/error.hpp"

namespace chat {

/// A group of methods that a key of the server API allows.
enum class Scope : std::uint8_t {
  publish = 1U << 0U,  // write messages and notices
  read = 1U << 1U,     // read rooms, people and nodes
  admin = 1U << 2U,    // change sessions and sanctions
};

/// One application's way in.
struct ApiKey {
  std::string id;  // 1 to 30 of a-z 0-9 _ -; messages that name no user are from `app.<id>`
  std::string secret;
  std::uint8_t scopes = 0;  // of Scope
  bool has(Scope scope) const { return (scopes & static_cast<std::uint8_t>(scope)) != 0; }
};

/// The keys of the server API, from the file of --api-keys. Immutable. Thread: any.
class ApiKeys {
 public:
  static constexpr std::size_t kMaxKeys = 100;
  static constexpr std::size_t kMaxFileBytes = 64 * 1024;
  static constexpr std::size_t kMinSecretBytes = 16;

  ApiKeys() = default;
  explicit ApiKeys(std::vector<ApiKey> keys) : keys_(std::move(keys)) {}

  /// The key with this secret; null: there is none. The time it takes tells nothing about the secrets.
  const ApiKey* find(std::string_view secret) const;
  std::size_t size() const { return keys_.size(); }

 private:
  std::vector<ApiKey> keys_;
};

/// Keys from the text of a file, {"keys":[{"id":"shop","secret":"…","scopes":["publish","read","admin"]}]}. `source` is
/// what errors call it. Errors: bad_request, with a sentence that names the source and the place in it.
Result<std::shared_ptr<const ApiKeys>> api_keys_from_text(std::string_view text, std::string_view source);
/// The same from a file.
Result<std::shared_ptr<const ApiKeys>> api_keys_from_file(const std::string& path);

}  // namespace chat
