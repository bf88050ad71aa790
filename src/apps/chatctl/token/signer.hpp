#pragma once

#include <string>
#include <string_view>

namespace chat::ctl {

/// Signs tokens, for trials and tests: a node never does. Uses OpenSSL apart from the code that verifies.
/// Thread: one. Errors: std::runtime_error with a sentence that has no key material.
class Signer {
 public:
  /// A secret, for HS256, HS384 and HS512 (HS256 if `alg` is empty).
  static Signer with_secret(std::string secret, const std::string& alg);
  /// A private key in PEM, without a password. An empty `alg` takes the one that fits: RS256, ES256, ES384, ES512 or
  /// EdDSA.
  static Signer with_key(const std::string& pem, const std::string& alg);

  const std::string& alg() const { return alg_; }
  /// A token in compact form; `header` and `payload` are JSON.
  std::string sign(std::string_view header, std::string_view payload) const;

 private:
  Signer(std::string secret, std::string pem, std::string alg)
      : secret_(std::move(secret)), pem_(std::move(pem)), alg_(std::move(alg)) {}
  std::string signature(std::string_view input) const;

  std::string secret_;  // empty: the key signs
  std::string pem_;
  std::string alg_;
};

}  // namespace chat::ctl
