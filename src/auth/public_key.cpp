#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <array>
#include <climits>

#include "auth/key.hpp"

namespace chat {
namespace {

using openssl::bytes_of;

constexpr int kRsaBitsMin = 2048;  // RFC 7518 §3.3
constexpr int kRsaBitsMax = 8192;  // a verification takes a millisecond there
constexpr int kExponentBitsMax = 64;

/// ASN.1 of a signature that JWS has as r and s one after the other (RFC 7518 §3.4). Empty: not of this length.
std::string to_der(std::string_view signature, std::size_t number_bytes) {
  if (signature.size() != 2 * number_bytes) return {};
  const openssl::EcdsaSignature pair(ECDSA_SIG_new());
  const auto size = static_cast<int>(number_bytes);
  openssl::Number r(BN_bin2bn(bytes_of(signature.data()), size, nullptr));
  openssl::Number s(BN_bin2bn(bytes_of(signature.data()) + number_bytes, size, nullptr));
  if (pair == nullptr || r == nullptr || s == nullptr) return {};
  if (ECDSA_SIG_set0(pair.get(), r.release(), s.release()) != 1) return {};
  unsigned char* made = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &made);
  const openssl::Owned<unsigned char, [](unsigned char* bytes) { OPENSSL_free(bytes); }> owner(made);
  return length > 0 ? std::string(reinterpret_cast<const char*>(made), static_cast<std::size_t>(length))
                    : std::string();
}

class PublicKey final : public Key {
 public:
  PublicKey(openssl::Pkey key, SignatureScheme scheme, std::size_t number_bytes) : key_(std::move(key)) {
    allow(scheme, number_bytes);
    if (scheme == SignatureScheme::pkcs1) allow(SignatureScheme::pss);
  }

  bool verify(Algorithm algorithm, std::string_view input, std::string_view signature) const override {
    const bool good = verify(traits_of(algorithm), input, signature);
    if (!good) ERR_clear_error();  // else a later call of this thread, of TLS for example, finds our error
    return good;
  }

 private:
  bool verify(const AlgorithmTraits& traits, std::string_view input, std::string_view signature) const {
    std::string der;
    if (traits.scheme == SignatureScheme::ecdsa) {
      der = to_der(signature, traits.number_bytes);
      if (der.empty()) return false;
      signature = der;
    } else if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()))) {
      return false;  // OpenSSL adds the leading zeros of an RSA signature; RFC 8017 §8.1.2 refuses it without them
    }
    const openssl::DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* settings = nullptr;  // of the context
    if (context == nullptr ||
        EVP_DigestVerifyInit_ex(context.get(), &settings, traits.digest, nullptr, nullptr, key_.get(), nullptr) != 1) {
      return false;
    }
    if (traits.scheme == SignatureScheme::pss &&
        (EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) != 1)) {
      return false;
    }
    return EVP_DigestVerify(context.get(), bytes_of(signature.data()), signature.size(), bytes_of(input.data()),
                            input.size()) == 1;
  }

  openssl::Pkey key_;
};

KeyOrFault make_rsa_key(openssl::Pkey key) {
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits < kRsaBitsMin || bits > kRsaBitsMax) {
    return "an RSA key of " + std::to_string(bits) + " bits; 2048 to 8192 are allowed";
  }
  BIGNUM* exponent = nullptr;
  EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_E, &exponent);
  const openssl::Number owner(exponent);
  if (exponent == nullptr || BN_is_odd(exponent) == 0 || BN_is_one(exponent) == 1 ||
      BN_num_bits(exponent) > kExponentBitsMax) {
    return "an RSA key with an unusable exponent";
  }
  return std::make_unique<PublicKey>(std::move(key), SignatureScheme::pkcs1, 0);
}

KeyOrFault make_ec_key(openssl::Pkey key) {
  std::array<char, 64> curve{};
  std::size_t size = 0;
  EVP_PKEY_get_group_name(key.get(), curve.data(), curve.size(), &size);
  const std::string_view name(curve.data(), size);
  std::size_t number_bytes = 0;
  if (name == SN_X9_62_prime256v1) number_bytes = 32;
  if (name == SN_secp384r1) number_bytes = 48;
  if (name == SN_secp521r1) number_bytes = 66;
  if (number_bytes == 0) return "an EC key on another curve than P-256, P-384 or P-521";
  return std::make_unique<PublicKey>(std::move(key), SignatureScheme::ecdsa, number_bytes);
}

}  // namespace

KeyOrFault make_public_key(openssl::Pkey key) {
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) return make_rsa_key(std::move(key));
  if (EVP_PKEY_is_a(key.get(), "EC") == 1) return make_ec_key(std::move(key));
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) {
    return std::make_unique<PublicKey>(std::move(key), SignatureScheme::eddsa, 0);
  }
  return "a key of another kind than RSA, EC or Ed25519";
}

}  // namespace chat
