// Sources of keys: secrets, PEM, JWK Sets. An unusable key is named, without its bytes.
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "auth/base64url.hpp"
#include "support/made_tokens.hpp"

namespace chat {
namespace {

constexpr const char* kX = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr const char* kY = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

std::string token_by(const KeyPair& pair) {
  const auto signer = ctl::Signer::with_key(pair.private_pem, "");
  return signer.sign(R"({"alg":")" + signer.alg() + R"("})", kAna);
}

/// A certificate for a key pair, signed by itself.
std::string certificate_of(const KeyPair& pair) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
      BIO_new_mem_buf(pair.private_pem.data(), static_cast<int>(pair.private_pem.size())), &BIO_free_all);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  X509_set_pubkey(certificate.get(), key.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
  PEM_write_bio_X509(out.get(), certificate.get());
  return text_of_bio(out.get());
}

TEST(SecretFile, IsItsBytesWithoutOneLineFeedAtTheEnd) {
  for (const auto* end : {"", "\n", "\r\n"}) {
    EXPECT_EQ(outcome(hs256(kAna), keys_from_secret(kSecret + end, "secret").keys), "valid");
  }
  EXPECT_EQ(outcome(hs256(kAna), keys_from_secret(kSecret + "\n\n", "secret").keys), "bad_signature");
}

TEST(SecretFile, NeedsThirtyTwoBytes) {
  EXPECT_EQ(keys_from_secret(std::string(31, 's') + "\n", "secret").error,
            "secret: the secret has 31 bytes; it needs 32 or more. Make one: openssl rand -hex 32");
  EXPECT_EQ(keys_from_secret(std::string(32, 's'), "secret").error, "");
}

TEST(Pem, HasSeveralKeysAndCertificatesWithTextBetween) {
  const auto rsa = rsa_pair();
  const auto ec = ec_pair("P-384");
  const auto ed = ed_pair();
  const auto loaded = keys_from_pem("new:\n" + rsa.public_pem + "old:\n" + certificate_of(ec) + ed.public_pem, "keys");
  EXPECT_EQ(loaded.error, "");
  EXPECT_EQ(loaded.keys.size(), 3U);
  for (const auto& pair : {rsa, ec, ed}) EXPECT_EQ(outcome(token_by(pair), loaded.keys), "valid");
}

TEST(Pem, WithAnUnusableBlockKeepsTheOthersAndNamesIt) {
  const auto good = ed_pair();
  const struct {
    std::string pem;
    const char* why;
  } cases[] = {
      {rsa_pair(1024).public_pem, "an RSA key of 1024 bits; 2048 to 8192 are allowed"},
      {ec_pair("secp256k1").public_pem, "an EC key on another curve than P-256, P-384 or P-521"},
      {to_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519")).public_pem,
       "a key of another kind than RSA, EC or Ed25519"},
      {ed_pair().private_pem, "a private key; a node needs the public one: openssl pkey -pubout"},
      {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "a PEM block that cannot be decoded"},
      {"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
       "a PEM block that is neither PUBLIC KEY nor CERTIFICATE"},
  };
  for (const auto& [pem, why] : cases) {
    const auto loaded = keys_from_pem(pem + good.public_pem, "keys");
    EXPECT_EQ(loaded.skipped, std::vector<std::string>{std::string("key 1: ") + why});
    EXPECT_EQ(outcome(token_by(good), loaded.keys), "valid");
    EXPECT_EQ(keys_from_pem(pem, "keys").error, std::string("keys: no usable key (key 1: ") + why + ')');
  }
}

TEST(Pem, CutOrEmptyIsAnError) {
  const auto pem = rsa_pair().public_pem;
  EXPECT_EQ(keys_from_pem(pem.substr(0, pem.size() / 2), "keys").error,
            "keys: no usable key (key 1: a PEM block that cannot be decoded)");
  EXPECT_EQ(keys_from_pem("", "keys").error, "keys: no usable key");
  EXPECT_EQ(keys_from_pem("hello\n", "keys").error, "keys: no usable key");
}

std::string ec_jwk(const std::string& members = "") {
  return R"({"kty":"EC","crv":"P-256","x":")" + std::string(kX) + R"(","y":")" + kY + '"' + members + '}';
}

TEST(JwkSet, SkipsKeysThatItCannotUseAndSaysWhy) {
  const std::string short_rsa = R"({"kty":"RSA","e":"AQAB","n":")" + to_base64url(std::string(128, '\xff')) + R"("})";
  const std::string even_rsa = R"({"kty":"RSA","e":"AQAA","n":")" + to_base64url(std::string(256, '\xff')) + R"("})";
  const std::string no_rsa = R"({"kty":"RSA","e":"AQAB"})";
  const char* undecodable = "a key whose numbers cannot be decoded";
  const char* not_for_signatures = "a key that is not for the verification of signatures (use, key_ops)";
  const char* not_fitting = "a key with an alg that does not fit it";
  const struct {
    std::string jwk;
    std::string why;
  } cases[] = {
      {"7", "not a JSON object"},
      {"{}", "a key of another type than RSA, EC, OKP or oct"},
      {R"({"kty":"rsa"})", "a key of another type than RSA, EC, OKP or oct"},
      {short_rsa, "an RSA key of 1024 bits; 2048 to 8192 are allowed"},
      {even_rsa, "an RSA key with an unusable exponent"},
      {no_rsa, undecodable},
      {R"({"kty":"EC","crv":"P-256","x":")" + std::string(kX) + R"(","y":")" + kX + R"("})", undecodable},
      {R"({"kty":"EC","crv":"P-384","x":")" + std::string(kX) + R"(","y":")" + kY + R"("})", undecodable},
      {R"({"kty":"EC","crv":"secp256k1"})", "an EC key on another curve than P-256, P-384 or P-521"},
      {R"({"kty":"OKP","crv":"X25519","x":"AAAA"})", "an OKP key on another curve than Ed25519"},
      {R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})", undecodable},
      {R"({"kty":"oct","k":"c2hvcnQ"})", "the secret has 5 bytes; it needs 32 or more"},
      {R"({"kty":"oct","k":"=="})", "the secret has 0 bytes; it needs 32 or more"},
      {ec_jwk(R"(,"use":"enc")"), not_for_signatures},
      {ec_jwk(R"(,"use":7)"), not_for_signatures},
      {ec_jwk(R"(,"key_ops":["sign"])"), not_for_signatures},
      {ec_jwk(R"(,"key_ops":"verify")"), not_for_signatures},
      {ec_jwk(R"(,"alg":"ES384")"), not_fitting},
      {ec_jwk(R"(,"alg":"HS256")"), not_fitting},
      {ec_jwk(R"(,"alg":"none")"), not_fitting},
      {ec_jwk(R"(,"alg":1)"), not_fitting},
      {ec_jwk(R"(,"kid":1)"), "a key whose kid is not a text of at most 256 bytes"},
  };
  for (const auto& [jwk, why] : cases) {
    const auto loaded = keys_from_jwks(R"({"keys":[)" + jwk + ',' + ec_jwk() + "]}", "set");
    EXPECT_EQ(loaded.error, "");
    EXPECT_EQ(loaded.keys.size(), 1U);
    EXPECT_EQ(loaded.skipped, std::vector<std::string>{"key 1: " + why}) << jwk;
  }
}

TEST(JwkSet, TakesKeysThatMayVerifyAndRestrictsThemToTheirAlgorithm) {
  for (const auto* members : {R"(,"use":"sig")", R"(,"key_ops":["sign","verify"])", R"(,"alg":"ES256","kid":"k")",
                              R"(,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")", R"(,"d":7,"x5c":["!"])"}) {
    EXPECT_EQ(keys_from_jwks(ec_jwk(members), "set").error, "") << members;
  }
  const auto keys = keys_from_jwks(R"({"kty":"oct","alg":"HS512","k":")" + to_base64url(kSecret) + R"("})", "set").keys;
  EXPECT_EQ(outcome(hs256(kAna), keys), "wrong_algorithm");
  EXPECT_EQ(outcome(ctl::Signer::with_secret(kSecret, "HS512").sign(R"({"alg":"HS512"})", kAna), keys), "valid");
}

TEST(JwkSet, ThatIsNoneIsAnErrorThatNamesItsSource) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"", "set: not a JWK Set: not JSON, or not as far as byte 1"},
      {"<html>", "set: not a JWK Set: not JSON, or not as far as byte 1"},
      {"[]", "set: not a JWK Set: not a JSON object"},
      {R"({"keys":{}})", "set: not a JWK Set: keys is not an array"},
      {R"({"keys":[]})", "set: no usable key"},
      {R"({"keys":[],"keys":[]})", "set: not a JWK Set: a member stands twice in one object"},
      {"{}", "set: no usable key (key 1: a key of another type than RSA, EC, OKP or oct)"},
  };
  for (const auto& [text, error] : cases) EXPECT_EQ(keys_from_jwks(text, "set").error, error) << text;
}

TEST(JwkSet, HasAtMost64Keys) {
  std::string keys = ec_jwk();
  for (int i = 0; i < 69; ++i) keys += ',' + ec_jwk();
  const auto loaded = keys_from_jwks(R"({"keys":[)" + keys + "]}", "set");
  EXPECT_EQ(loaded.keys.size(), 64U);
  ASSERT_EQ(loaded.skipped.size(), 6U);
  EXPECT_EQ(loaded.skipped.front(), "key 65: more than 64 keys");
}

}  // namespace
}  // namespace chat
