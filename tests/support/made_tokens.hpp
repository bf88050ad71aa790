#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "apps/chatctl/token/signer.hpp"
#include "chat/auth/token_verifier.hpp"
#include "chat/base/digest.hpp"

namespace chat {

/// 2026-11-21T12:00:00Z, as in ManualClock.
inline constexpr UnixMs kNow = 1'795'262'400'000;
inline constexpr long kNowSeconds = kNow / 1000;

inline const std::string kSecret = "0123456789abcdef0123456789abcdef";

inline constexpr const char* kAna = R"({"sub":"ana"})";

inline KeySet secret_keys() { return keys_from_secret(kSecret, "test").keys; }

/// A token that the secret signs.
inline std::string hs256(std::string_view payload, std::string_view header = R"({"alg":"HS256"})") {
  return ctl::Signer::with_secret(kSecret, "HS256").sign(header, payload);
}

/// A key pair in PEM.
struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};

inline std::string text_of_bio(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

inline KeyPair to_pem(EVP_PKEY* key) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> secret(BIO_new(BIO_s_mem()), &BIO_free_all);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> open(BIO_new(BIO_s_mem()), &BIO_free_all);
  PEM_write_bio_PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_PUBKEY(open.get(), key);
  EVP_PKEY_free(key);
  return {text_of_bio(secret.get()), text_of_bio(open.get())};
}

inline KeyPair rsa_pair(std::size_t bits = 2048) { return to_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)); }
inline KeyPair ec_pair(const char* curve) { return to_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)); }
inline KeyPair ed_pair() { return to_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

/// Of one algorithm; made once.
inline const KeyPair& pair_for(std::string_view alg) {
  static const KeyPair rsa = rsa_pair();
  static const KeyPair p256 = ec_pair("P-256");
  static const KeyPair p384 = ec_pair("P-384");
  static const KeyPair p521 = ec_pair("P-521");
  static const KeyPair ed = ed_pair();
  if (alg == "ES256") return p256;
  if (alg == "ES384") return p384;
  if (alg == "ES512") return p521;
  return alg == "EdDSA" ? ed : rsa;
}

using Verified = std::variant<Claims, TokenFault>;

inline Verified verify(std::string_view token, const KeySet& keys = secret_keys(), VerifierSettings settings = {}) {
  return TokenVerifier(std::move(settings)).verify(token, keys, kNow);
}

/// "valid", or the name of the fault.
inline std::string outcome(const Verified& verified) {
  const auto* fault = std::get_if<TokenFault>(&verified);
  return fault == nullptr ? "valid" : std::string(name_of(*fault));
}
inline std::string outcome(std::string_view token, const KeySet& keys = secret_keys()) {
  return outcome(verify(token, keys));
}

}  // namespace chat
