#include "auth/jwk.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include "auth/base64url.hpp"
#include "auth/jwt_json.hpp"

namespace chat {
namespace {

using openssl::bytes_of;
using ParamBuilder = openssl::Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = openssl::Owned<OSSL_PARAM, OSSL_PARAM_free>;

constexpr std::size_t kMaxKeyIdBytes = 256;
constexpr const char* kUndecodable = "a key whose numbers cannot be decoded";

/// Bytes of a member in base64url; empty: there is none, or it is another thing.
std::string bytes_member(JsonView jwk, std::string_view name) {
  const auto text = text_member(jwk, name);
  return text ? from_base64url(*text).value_or("") : std::string();
}

KeyOrFault key_from_data(const char* type, const ParamBuilder& builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const openssl::PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (params != nullptr && context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1) {
    EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get());
  }
  ERR_clear_error();
  if (made == nullptr) return kUndecodable;
  return make_public_key(openssl::Pkey(made));
}

KeyOrFault rsa_key(JsonView jwk) {
  const auto modulus = bytes_member(jwk, "n");
  const auto exponent = bytes_member(jwk, "e");
  if (modulus.empty() || exponent.empty() || modulus.size() > 1025 || exponent.size() > 16) return kUndecodable;
  const openssl::Number n(BN_bin2bn(bytes_of(modulus.data()), static_cast<int>(modulus.size()), nullptr));
  const openssl::Number e(BN_bin2bn(bytes_of(exponent.data()), static_cast<int>(exponent.size()), nullptr));
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return key_from_data("RSA", builder);
}

KeyOrFault ec_key(JsonView jwk) {
  struct Curve {
    std::string_view name;
    const char* group;
    std::size_t bytes;
  };
  static constexpr std::array<Curve, 3> kCurves{
      {{"P-256", SN_X9_62_prime256v1, 32}, {"P-384", SN_secp384r1, 48}, {"P-521", SN_secp521r1, 66}}};
  const auto name = text_member(jwk, "crv");
  for (const auto& curve : kCurves) {
    if (name != curve.name) continue;
    const auto x = bytes_member(jwk, "x");
    const auto y = bytes_member(jwk, "y");
    if (x.size() != curve.bytes || y.size() != curve.bytes) return kUndecodable;
    const std::string point = '\x04' + x + y;  // uncompressed (SEC 1 §2.3.3); OpenSSL checks that the curve has it
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    return key_from_data("EC", builder);
  }
  return "an EC key on another curve than P-256, P-384 or P-521";
}

KeyOrFault octet_key(JsonView jwk) {
  if (text_member(jwk, "crv") != "Ed25519") return "an OKP key on another curve than Ed25519";
  const auto x = bytes_member(jwk, "x");
  openssl::Pkey key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes_of(x.data()), x.size()));
  ERR_clear_error();
  if (key == nullptr) return kUndecodable;
  return make_public_key(std::move(key));
}

KeyOrFault key_of_type(JsonView jwk) {
  const auto type = text_member(jwk, "kty");
  if (type == "RSA") return rsa_key(jwk);
  if (type == "EC") return ec_key(jwk);
  if (type == "OKP") return octet_key(jwk);
  if (type == "oct") return make_secret_key(bytes_member(jwk, "k"));
  return "a key of another type than RSA, EC, OKP or oct";
}

/// Whether `use` and `key_ops` allow to verify signatures (RFC 7517 §4.2, §4.3).
bool is_for_signatures(JsonView jwk) {
  if (const auto use = jwk.find("use"); use && text_of(*use) != "sig") return false;
  const auto operations = jwk.find("key_ops");
  if (!operations) return true;
  bool verifies = false;
  if (operations->is(JsonView::Kind::array)) {
    operations->for_each_item([&](JsonView item) { verifies = verifies || text_of(item) == "verify"; });
  }
  return verifies;
}

}  // namespace

KeyOrFault key_of_jwk(JsonView jwk) {
  if (!jwk.is(JsonView::Kind::object)) return "not a JSON object";
  if (!is_for_signatures(jwk)) return "a key that is not for the verification of signatures (use, key_ops)";
  auto made = key_of_type(jwk);
  auto* key = std::get_if<std::unique_ptr<Key>>(&made);
  if (key == nullptr) return made;
  if (const auto alg = jwk.find("alg")) {
    const auto algorithm = to_algorithm(text_of(*alg).value_or(""));
    if (!algorithm || !(*key)->restrict_to(*algorithm)) return "a key with an alg that does not fit it";
  }
  if (const auto kid = jwk.find("kid")) {
    auto id = text_of(*kid);
    if (!id || id->size() > kMaxKeyIdBytes) return "a key whose kid is not a text of at most 256 bytes";
    (*key)->set_id(std::move(*id));
  }
  return made;
}

}  // namespace chat
