#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chat {

/// The signature algorithms of RFC 7518 §3.1 and RFC 8037 §3.1 that tokens may have. `none` is not one of them.
enum class Algorithm : std::uint8_t {
  hs256,
  hs384,
  hs512,
  rs256,
  rs384,
  rs512,
  ps256,
  ps384,
  ps512,
  es256,
  es384,
  es512,
  eddsa
};
inline constexpr std::size_t kAlgorithms = 13;

/// Which kind of key an algorithm needs, and how it uses it.
enum class SignatureScheme : std::uint8_t { hmac, pkcs1, pss, ecdsa, eddsa };

struct AlgorithmTraits {
  std::string_view name;  // as `alg` spells it
  SignatureScheme scheme;
  const char* digest;        // OpenSSL's name; nullptr: the scheme has its own
  std::size_t number_bytes;  // ecdsa: bytes of r and of s (RFC 7518 §3.4)
};

inline constexpr std::array<AlgorithmTraits, kAlgorithms> kAlgorithmTraits{{
    {"HS256", SignatureScheme::hmac, "SHA256", 0},
    {"HS384", SignatureScheme::hmac, "SHA384", 0},
    {"HS512", SignatureScheme::hmac, "SHA512", 0},
    {"RS256", SignatureScheme::pkcs1, "SHA256", 0},
    {"RS384", SignatureScheme::pkcs1, "SHA384", 0},
    {"RS512", SignatureScheme::pkcs1, "SHA512", 0},
    {"PS256", SignatureScheme::pss, "SHA256", 0},
    {"PS384", SignatureScheme::pss, "SHA384", 0},
    {"PS512", SignatureScheme::pss, "SHA512", 0},
    {"ES256", SignatureScheme::ecdsa, "SHA256", 32},
    {"ES384", SignatureScheme::ecdsa, "SHA384", 48},
    {"ES512", SignatureScheme::ecdsa, "SHA512", 66},
    {"EdDSA", SignatureScheme::eddsa, nullptr, 0},
}};

constexpr const AlgorithmTraits& traits_of(Algorithm algorithm) {
  return kAlgorithmTraits[static_cast<std::size_t>(algorithm)];
}

/// The algorithm that `alg` names. Case matters. EdDSA has a second name for its only curve here (RFC 9864 §2.2).
constexpr std::optional<Algorithm> to_algorithm(std::string_view name) {
  if (name == "Ed25519") return Algorithm::eddsa;
  for (std::size_t i = 0; i < kAlgorithms; ++i) {
    if (kAlgorithmTraits[i].name == name) return static_cast<Algorithm>(i);
  }
  return std::nullopt;
}

}  // namespace chat
