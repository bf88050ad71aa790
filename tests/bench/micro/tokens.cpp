#include <benchmark/benchmark.h>

#include <string>

#include "support/made_tokens.hpp"

namespace chat {
namespace {

/// A token as an application makes it: one room, an hour.
const std::string kPayload = R"({"sub":"u-1842","name":"Ana","jti":"f3a6c1b2","iat":1795262400,"exp":1795266000,)"
                             R"("rooms":{"team.*":["join","history","send"]}})";

void verify_all(benchmark::State& state, const std::string& token, const KeySet& keys) {
  const TokenVerifier verifier({});
  if (outcome(verifier.verify(token, keys, kNow)) != "valid") state.SkipWithError("the token is refused");
  for (auto _ : state) benchmark::DoNotOptimize(verifier.verify(token, keys, kNow));
}

void TokenHs256(benchmark::State& state) { verify_all(state, hs256(kPayload), secret_keys()); }
BENCHMARK(TokenHs256);

void verify_public(benchmark::State& state, const std::string& alg) {
  const auto signer = ctl::Signer::with_key(pair_for(alg).private_pem, alg);
  verify_all(state, signer.sign(R"({"alg":")" + alg + R"("})", kPayload),
             keys_from_pem(pair_for(alg).public_pem, "bench").keys);
}
void TokenEs256(benchmark::State& state) { verify_public(state, "ES256"); }
BENCHMARK(TokenEs256);
void TokenRs256(benchmark::State& state) { verify_public(state, "RS256"); }
BENCHMARK(TokenRs256);
void TokenEdDsa(benchmark::State& state) { verify_public(state, "EdDSA"); }
BENCHMARK(TokenEdDsa);

}  // namespace
}  // namespace chat
