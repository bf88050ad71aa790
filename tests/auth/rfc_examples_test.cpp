// The examples of RFC 7515 (JWS), appendix A, and of RFC 8037 (Ed25519), appendix A.4.
#include <gtest/gtest.h>

#include "auth/jws.hpp"
#include "support/made_tokens.hpp"

namespace chat {
namespace {

const std::string kJoe = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
const std::string kJoeEncoded =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

struct Example {
  const char* title;
  const char* jwk;
  std::string token;
  std::string payload;
};

const Example kExamples[] = {
    {"RFC 7515 A.1, HS256",
     R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})",
     "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + kJoeEncoded + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", kJoe},
    {"RFC 7515 A.2, RS256",
     R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ)"
     R"(PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb)"
     R"(BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_)"
     R"(h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"})",
     "eyJhbGciOiJSUzI1NiJ9." + kJoeEncoded +
         ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU"
         "Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_"
         "dO-"
         "-xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_"
         "I"
         "oypGlUPQGe77Rw",
     kJoe},
    {"RFC 7515 A.3, ES256",
     R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
     R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
     "eyJhbGciOiJFUzI1NiJ9." + kJoeEncoded +
         ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
     kJoe},
    {"RFC 7515 A.4, ES512",
     R"({"kty":"EC","crv":"P-521",)"
     R"("x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",)"
     R"("y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})",
     "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA."
     "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCP"
     "EX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
     "Payload"},
    {"RFC 8037 A.4, EdDSA", R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
     "Example of Ed25519 signing"},
};

TEST(RfcExamples, AreVerified) {
  for (const auto& example : kExamples) {
    const auto loaded = keys_from_jwks(example.jwk, "example");
    ASSERT_EQ(loaded.error, "") << example.title;
    const auto payload = verified_payload(example.token, loaded.keys);
    ASSERT_TRUE(std::holds_alternative<std::string>(payload)) << example.title;
    EXPECT_EQ(std::get<std::string>(payload), example.payload) << example.title;
  }
}

TEST(RfcExamples, AreRefusedWithAnyBitOfTheSignatureOrThePayloadChanged) {
  for (const auto& example : kExamples) {
    const auto keys = keys_from_jwks(example.jwk, "example").keys;
    for (std::size_t at = example.token.find('.') + 1; at + 1 < example.token.size(); ++at) {
      if (example.token[at] == '.') continue;
      auto token = example.token;
      token[at] = token[at] == 'A' ? 'Q' : 'A';
      ASSERT_TRUE(std::holds_alternative<TokenFault>(verified_payload(token, keys))) << example.title << " at " << at;
    }
  }
}

/// RFC 7515 A.5 is a JWS without a signature.
TEST(RfcExamples, WithoutASignatureAreRefused) {
  EXPECT_EQ(outcome("eyJhbGciOiJub25lIn0." + kJoeEncoded + '.'), "unknown_algorithm");
}

TEST(RfcExamples, HaveExpiredLongAgoAndNameNoUser) {
  const auto keys = keys_from_jwks(kExamples[0].jwk, "example").keys;
  EXPECT_EQ(outcome(kExamples[0].token, keys), "expired");
  const auto then = TokenVerifier({}).verify(kExamples[0].token, keys, 1'300'819'380'000);
  EXPECT_EQ(outcome(then), "no_user");
}

}  // namespace
}  // namespace chat
