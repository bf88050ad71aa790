#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/algorithm.hpp"
#include "auth/openssl.hpp"

namespace chat {

/// A key that tokens are verified with, ready for use. Immutable.
/// Thread: any, several at once. Owner: the KeySets that have it.
/// The key decides which algorithms are allowed, so a token's header cannot turn a public key into a secret (RFC 8725
/// §2.1, §3.1).
class Key {
 public:
  virtual ~Key() = default;

  /// nullopt: the key has no id.
  const std::optional<std::string>& id() const { return id_; }
  void set_id(std::string id) { id_ = std::move(id); }

  bool fits(Algorithm algorithm) const { return algorithms_.test(static_cast<std::size_t>(algorithm)); }
  /// Leaves one algorithm (JWK `alg`). False: the key cannot have it.
  bool restrict_to(Algorithm algorithm);

  /// Whether `signature`, as JWS has it, is that of `input`. The algorithm fits.
  virtual bool verify(Algorithm algorithm, std::string_view input, std::string_view signature) const = 0;

 protected:
  void allow(SignatureScheme scheme, std::size_t number_bytes = 0);

 private:
  std::optional<std::string> id_;
  std::bitset<kAlgorithms> algorithms_;
};

/// A key, or a sentence that says why it cannot be used. The sentence has no key material.
using KeyOrFault = std::variant<std::unique_ptr<Key>, std::string>;

/// HS256, HS384 and HS512 with a secret of 32 bytes or more.
KeyOrFault make_secret_key(std::string_view secret);
/// RSA of 2048 to 8192 bits, EC on P-256, P-384 or P-521, or Ed25519.
KeyOrFault make_public_key(openssl::Pkey key);

}  // namespace chat
