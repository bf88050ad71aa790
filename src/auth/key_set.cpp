#include "chat/auth/key_set.hpp"

#include "auth/key.hpp"

namespace chat {

KeySet KeySet::joined_with(const KeySet& other) const {
  auto keys = keys_;
  keys.insert(keys.end(), other.keys_.begin(), other.keys_.end());
  return KeySet(std::move(keys));
}

LoadedKeys keys_from_secret(std::string_view secret, std::string_view source) {
  if (secret.ends_with('\n')) secret.remove_suffix(secret.ends_with("\r\n") ? 2 : 1);
  auto made = make_secret_key(secret);
  if (const auto* fault = std::get_if<std::string>(&made)) {
    return {{}, std::string(source) + ": " + *fault + ". Make one: openssl rand -hex 32", {}};
  }
  return {KeySet({std::get<std::unique_ptr<Key>>(std::move(made))}), {}, {}};
}

}  // namespace chat
