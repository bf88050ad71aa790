#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

class Key;

/// Keys of one source at most. Further ones are skipped.
inline constexpr std::size_t kMaxKeys = 64;
/// Bytes of one source at most.
inline constexpr std::size_t kMaxKeySourceBytes = 256 * 1024;

/// The keys that tokens are verified with. Immutable; copies share the keys.
/// Thread: any, several at once. Owner: KeyRing, or the caller.
class KeySet {
 public:
  KeySet() = default;
  explicit KeySet(std::vector<std::shared_ptr<const Key>> keys) : keys_(std::move(keys)) {}

  bool empty() const { return keys_.empty(); }
  std::size_t size() const { return keys_.size(); }
  std::span<const std::shared_ptr<const Key>> keys() const { return keys_; }
  /// These keys and those.
  KeySet joined_with(const KeySet& other) const;

 private:
  std::vector<std::shared_ptr<const Key>> keys_;
};

/// The keys of one source. No text has key material.
struct LoadedKeys {
  KeySet keys;
  std::string error;                 // a sentence that begins with the source; empty: there is a key at least
  std::vector<std::string> skipped;  // a sentence for each key that is not used
};

/// A secret for HS256, HS384 and HS512: the bytes of a file without one line feed (or carriage return and line feed) at
/// its end. `source` is what errors call it, a file name for example.
LoadedKeys keys_from_secret(std::string_view secret, std::string_view source);
/// Public keys and certificates in PEM (RFC 7468), one after the other. Private keys are refused.
LoadedKeys keys_from_pem(std::string_view text, std::string_view source);
/// A JWK Set (RFC 7517 §5) with keys of type RSA, EC, OKP (RFC 8037) and oct, or one JWK. Private parts are not read.
LoadedKeys keys_from_jwks(std::string_view text, std::string_view source);

/// The same from a file. A keys file is a JWK Set if it begins with a brace, and PEM otherwise.
LoadedKeys keys_from_secret_file(const std::string& path);
LoadedKeys keys_from_file(const std::string& path);

}  // namespace chat
