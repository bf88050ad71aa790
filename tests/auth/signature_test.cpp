// Which signatures are accepted, and which tricks with algorithms and keys are not (RFC 8725).
#include <gtest/gtest.h>

#include "auth/base64url.hpp"
#include "support/made_tokens.hpp"

namespace chat {
namespace {

constexpr const char* kPublicAlgs[] = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                       "PS512", "ES256", "ES384", "ES512", "EdDSA"};

std::string header_of(std::string_view alg) { return R"({"alg":")" + std::string(alg) + R"("})"; }

std::string signed_with(const std::string& alg) {
  return ctl::Signer::with_key(pair_for(alg).private_pem, alg).sign(header_of(alg), kAna);
}

KeySet public_keys(std::string_view alg) { return keys_from_pem(pair_for(alg).public_pem, "test").keys; }

/// The token with another signature.
std::string with_signature(const std::string& token, std::string_view signature) {
  return token.substr(0, token.rfind('.') + 1) + to_base64url(signature);
}
std::string signature_of(const std::string& token) { return *from_base64url(token.substr(token.rfind('.') + 1)); }

TEST(Signature, OfEachAlgorithmIsAccepted) {
  for (const auto* alg : kPublicAlgs) EXPECT_EQ(outcome(signed_with(alg), public_keys(alg)), "valid") << alg;
  for (const auto* alg : {"HS256", "HS384", "HS512"}) {
    EXPECT_EQ(outcome(ctl::Signer::with_secret(kSecret, alg).sign(header_of(alg), kAna)), "valid") << alg;
  }
}

TEST(Signature, IsVerifiedWithTheAlgorithmsOfTheKeyOnly) {
  for (const auto* alg : kPublicAlgs) {
    for (const auto* other : kPublicAlgs) {
      if (&pair_for(alg) == &pair_for(other)) continue;
      EXPECT_EQ(outcome(signed_with(alg), public_keys(other)), "wrong_algorithm") << alg << ' ' << other;
    }
  }
}

TEST(Signature, OfAnotherKeyOfTheSameKindIsRefused) {
  const auto token = ctl::Signer::with_key(ec_pair("P-256").private_pem, "").sign(header_of("ES256"), kAna);
  EXPECT_EQ(outcome(token, public_keys("ES256")), "bad_signature");
  EXPECT_EQ(outcome(ctl::Signer::with_secret(std::string(32, 'x'), "").sign(header_of("HS256"), kAna)),
            "bad_signature");
}

/// CVE-2015-9235: a verifier that trusts `alg` takes the public key for a secret.
TEST(Signature, ByHmacWithThePublicKeyIsRefused) {
  for (const auto* alg : {"RS256", "ES256", "EdDSA"}) {
    const auto pem = pair_for(alg).public_pem;
    const auto token = ctl::Signer::with_secret(pem, "HS256").sign(header_of("HS256"), kAna);
    EXPECT_EQ(outcome(token, public_keys(alg)), "wrong_algorithm") << alg;
    EXPECT_EQ(outcome(token, public_keys(alg).joined_with(secret_keys())), "bad_signature") << alg;
  }
}

TEST(Signature, WithASwappedAlgorithmIsRefused) {
  const auto swap = [](const std::string& token, std::string_view alg) {
    return to_base64url(header_of(alg)) + token.substr(token.find('.'));
  };
  EXPECT_EQ(outcome(swap(hs256(kAna), "HS384")), "bad_signature");
  EXPECT_EQ(outcome(swap(hs256(kAna), "RS256")), "wrong_algorithm");
  EXPECT_EQ(outcome(swap(signed_with("RS256"), "PS256"), public_keys("RS256")), "bad_signature");
  EXPECT_EQ(outcome(swap(signed_with("RS256"), "RS512"), public_keys("RS256")), "bad_signature");
}

TEST(Signature, CutLongerOrEmptyIsRefused) {
  for (const auto* alg : kPublicAlgs) {
    const auto token = signed_with(alg);
    const auto signature = signature_of(token);
    const auto keys = public_keys(alg);
    for (const auto& other : {signature.substr(1), signature.substr(0, signature.size() - 1), signature + '\0',
                              '\0' + signature, std::string(), std::string(signature.size(), '\0')}) {
      EXPECT_EQ(outcome(with_signature(token, other), keys), "bad_signature") << alg;
    }
  }
  const auto signature = signature_of(hs256(kAna));
  for (const auto& other : {signature.substr(0, 31), signature.substr(0, 1), signature + 'x', std::string()}) {
    EXPECT_EQ(outcome(with_signature(hs256(kAna), other)), "bad_signature");
  }
}

/// OpenSSL adds leading zeros to a number that is too short; RFC 8017 §8.1.2 does not.
TEST(Signature, OfRsaWithoutItsLeadingZeroIsRefused) {
  for (const auto* alg : {"RS256", "PS256"}) {
    const auto signer = ctl::Signer::with_key(pair_for(alg).private_pem, alg);
    std::string token;
    for (int n = 0; token.empty() || signature_of(token)[0] != '\0'; ++n) {
      ASSERT_LT(n, 10'000) << alg;  // one in 256 begins with zero
      token = signer.sign(header_of(alg), R"({"sub":"ana","n":)" + std::to_string(n) + "}");
    }
    EXPECT_EQ(outcome(token, public_keys(alg)), "valid") << alg;
    EXPECT_EQ(outcome(with_signature(token, signature_of(token).substr(1)), public_keys(alg)), "bad_signature") << alg;
  }
}

/// JWS has r and s one after the other; OpenSSL's own form is ASN.1.
TEST(Signature, OfAnEllipticCurveInAsn1IsRefused) {
  const auto token = signed_with("ES256");
  const auto raw = signature_of(token);
  const auto number = [](const std::string& bytes) {
    const std::string padded = (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? '\0' + bytes : bytes;
    return std::string("\x02") + static_cast<char>(padded.size()) + padded;
  };
  const auto both = number(raw.substr(0, 32)) + number(raw.substr(32));
  EXPECT_EQ(
      outcome(with_signature(token, std::string("\x30") + static_cast<char>(both.size()) + both), public_keys("ES256")),
      "bad_signature");
}

TEST(Signature, WithAnotherKeyIdIsRefusedEvenIfTheKeyIsThere) {
  const auto jwk = [](const char* kid, char letter) {
    return R"({"kty":"oct","kid":")" + std::string(kid) + R"(","k":")" + to_base64url(std::string(32, letter)) +
           R"("})";
  };
  const auto keys = keys_from_jwks(R"({"keys":[)" + jwk("a", 'a') + ',' + jwk("b", 'b') + "]}", "test").keys;
  const auto sign = [](char letter, const std::string& header) {
    return ctl::Signer::with_secret(std::string(32, letter), "").sign(header, kAna);
  };
  EXPECT_EQ(outcome(sign('a', R"({"alg":"HS256","kid":"a"})"), keys), "valid");
  EXPECT_EQ(outcome(sign('b', R"({"alg":"HS256"})"), keys), "valid");
  EXPECT_EQ(outcome(sign('a', R"({"alg":"HS256","kid":"b"})"), keys), "bad_signature");
  EXPECT_EQ(outcome(sign('a', R"({"alg":"HS256","kid":"c"})"), keys), "unknown_key");
  EXPECT_EQ(outcome(sign('a', R"({"alg":"HS256","kid":""})"), keys), "unknown_key");
  EXPECT_EQ(outcome(sign('a', R"({"alg":"HS256","kid":"../../dev/null"})"), keys), "unknown_key");
  const auto with_secret = keys.joined_with(secret_keys());
  EXPECT_EQ(outcome(hs256(kAna, R"({"alg":"HS256","kid":"c"})"), with_secret), "valid");
  EXPECT_EQ(outcome(sign('a', R"({"alg":"HS256","kid":"c"})"), with_secret), "unknown_key");
}

TEST(Signature, WithAKeyIdIsAcceptedIfNoKeyHasAnId) {
  EXPECT_EQ(outcome(hs256(kAna, R"({"alg":"HS256","kid":"any"})")), "valid");
  EXPECT_EQ(outcome(signed_with("RS256"), KeySet()), "unknown_key");
}

TEST(Signature, IsTriedWithABoundedNumberOfKeys) {
  KeySet keys;
  for (char letter = 'a'; letter < 'i'; ++letter) {
    keys = keys.joined_with(keys_from_secret(std::string(32, letter), "test").keys);
  }
  EXPECT_EQ(outcome(hs256(kAna), keys.joined_with(secret_keys())), "bad_signature");
  EXPECT_EQ(outcome(hs256(kAna), secret_keys().joined_with(keys)), "valid");
}

}  // namespace
}  // namespace chat
