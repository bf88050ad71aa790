#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <array>

#include "auth/key.hpp"
#include "chat/base/assert.hpp"

namespace chat {
namespace {

constexpr std::size_t kSecretMin = 32;  // bytes: as many as the digest of HS256 (RFC 7518 §3.2)

/// HMAC (RFC 2104). A verification copies a context that has taken the secret already: a fetch of the algorithm and the
/// two blocks of the secret would cost more than the token.
class SecretKey final : public Key {
 public:
  explicit SecretKey(std::string_view secret) {
    const openssl::Mac hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    CHAT_ASSERT(hmac != nullptr);
    for (std::size_t i = 0; i < ready_.size(); ++i) {
      ready_[i].reset(EVP_MAC_CTX_new(hmac.get()));
      std::string digest = kAlgorithmTraits[i].digest;
      const std::array<OSSL_PARAM, 2> params{
          OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
          OSSL_PARAM_construct_end()};
      const int done = EVP_MAC_init(ready_[i].get(), openssl::bytes_of(secret.data()), secret.size(), params.data());
      CHAT_ASSERT(done == 1);
    }
    allow(SignatureScheme::hmac);
  }

  bool verify(Algorithm algorithm, std::string_view input, std::string_view signature) const override {
    const openssl::MacContext context(EVP_MAC_CTX_dup(ready_[static_cast<std::size_t>(algorithm)].get()));
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    std::size_t size = 0;
    return context != nullptr && EVP_MAC_update(context.get(), openssl::bytes_of(input.data()), input.size()) == 1 &&
           EVP_MAC_final(context.get(), made.data(), &size, made.size()) == 1 && size == signature.size() &&
           CRYPTO_memcmp(made.data(), signature.data(), size) == 0;
  }

 private:
  std::array<openssl::MacContext, 3> ready_;  // of hs256, hs384 and hs512
};
static_assert(static_cast<int>(Algorithm::hs256) == 0 && static_cast<int>(Algorithm::hs512) == 2);

}  // namespace

KeyOrFault make_secret_key(std::string_view secret) {
  if (secret.size() < kSecretMin) {
    return "the secret has " + std::to_string(secret.size()) + " bytes; it needs 32 or more";
  }
  return std::make_unique<SecretKey>(secret);
}

}  // namespace chat
