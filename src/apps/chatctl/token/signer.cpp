#include "apps/chatctl/token/signer.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>
#include <utility>

#include "chat/base/digest.hpp"

namespace chat::ctl {
namespace {

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void require(bool done, const char* sentence) {
  if (!done) throw std::runtime_error(sentence);
}

/// No password is asked for.
Pkey read_key(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                          &BIO_free_all);
  const auto no_password = [](char*, int, int, void*) { return -1; };
  Pkey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr), &EVP_PKEY_free);
  require(key != nullptr,
          "the key file has no private key in PEM without a password. Make one: openssl genpkey "
          "-algorithm ED25519");
  return key;
}

/// The `alg` of a key: its kind, and for EC its curve.
std::string default_alg(const Pkey& key) {
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) return "RS256";
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) return "EdDSA";
  const int bits = EVP_PKEY_is_a(key.get(), "EC") == 1 ? EVP_PKEY_get_bits(key.get()) : 0;
  if (bits == 256) return "ES256";
  if (bits == 384) return "ES384";
  if (bits == 521) return "ES512";
  throw std::runtime_error("the key is of another kind than RSA, EC on P-256, P-384 or P-521, or Ed25519");
}

const EVP_MD* digest_of(const std::string& alg) {
  if (alg.ends_with("256")) return EVP_sha256();
  if (alg.ends_with("384")) return EVP_sha384();
  if (alg.ends_with("512")) return EVP_sha512();
  return nullptr;  // EdDSA
}

/// r and s one after the other, each as long as the curve's order (RFC 7518 §3.4).
std::string from_der(const std::string& der, std::size_t number_bytes) {
  const unsigned char* at = bytes_of(der);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), &ECDSA_SIG_free);
  std::string raw(2 * number_bytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  const auto size = static_cast<int>(number_bytes);
  require(pair != nullptr && BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, size) == size &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + number_bytes, size) == size,
          "OpenSSL cannot sign with this key");
  return raw;
}

}  // namespace

Signer Signer::with_secret(std::string secret, const std::string& alg) {
  if (secret.ends_with('\n')) secret.resize(secret.size() - (secret.ends_with("\r\n") ? 2 : 1));
  require(secret.size() >= 32, "the secret needs 32 bytes or more. Make one: openssl rand -hex 32");
  const std::string name = alg.empty() ? "HS256" : alg;
  require(name == "HS256" || name == "HS384" || name == "HS512", "a secret signs with HS256, HS384 or HS512 (--alg)");
  return {std::move(secret), {}, name};
}

Signer Signer::with_key(const std::string& pem, const std::string& alg) {
  const auto key = read_key(pem);
  const auto fitting = default_alg(key);
  const bool is_rsa =
      fitting == "RS256" && digest_of(alg) != nullptr && (alg.starts_with("RS") || alg.starts_with("PS"));
  if (!alg.empty() && alg != fitting && !(is_rsa && alg.size() == 5)) {
    throw std::runtime_error("this key does not sign with " + alg + " but with " + fitting + " (--alg)");
  }
  return {{}, pem, alg.empty() ? fitting : alg};
}

std::string Signer::sign(std::string_view header, std::string_view payload) const {
  auto token = to_base64url(header) + '.' + to_base64url(payload);
  const auto made = signature(token);
  return token + '.' + to_base64url(made);
}

std::string Signer::signature(std::string_view input) const {
  std::string made(1024, '\0');
  auto* out = reinterpret_cast<unsigned char*>(made.data());
  if (!secret_.empty()) {
    unsigned size = 0;
    HMAC(digest_of(alg_), secret_.data(), static_cast<int>(secret_.size()), bytes_of(input), input.size(), out, &size);
    made.resize(size);
    return made;
  }
  const auto key = read_key(pem_);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_PKEY_CTX* settings = nullptr;
  std::size_t size = made.size();
  bool done = EVP_DigestSignInit(context.get(), &settings, digest_of(alg_), nullptr, key.get()) == 1;
  if (done && alg_.starts_with("PS")) {
    done = EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  require(done && EVP_DigestSign(context.get(), out, &size, bytes_of(input), input.size()) == 1,
          "OpenSSL cannot sign with this key");
  made.resize(size);
  if (!alg_.starts_with("ES")) return made;
  return from_der(made, (static_cast<std::size_t>(EVP_PKEY_get_bits(key.get())) + 7) / 8);
}

}  // namespace chat::ctl
