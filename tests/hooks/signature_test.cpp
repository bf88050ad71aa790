#include "chat/hooks/signature.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

const std::string kOld = "0123456789abcdef0123456789abcdef";
const std::string kNew = "fedcba9876543210fedcba9876543210";

std::string fault(const std::string& text) {
  const auto signer = hook_signer_from_text(text, "secret");
  return signer ? "none" : signer.error().message;
}

// printf '%s' '1795262400.{"event":"join"}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
TEST(HookSigner, SignsTimeAndBodyAsOpensslDoes) {
  EXPECT_EQ(HookSigner({kOld}).sign(1'795'262'400, R"({"event":"join"})"),
            "t=1795262400,v1=62af293942cee1a66f5dfc215e6e39d18c474e2b99324ef30011900f8b5eae5d");
}

TEST(HookSigner, SignsWithBothSecretsWhileTheyAreRotated) {
  const auto both = hook_signer_from_text(kNew + "\n" + kOld + "\n", "secret");
  ASSERT_TRUE(both);
  const auto with_new = HookSigner({kNew}).sign(1, "{}");
  const auto with_old = HookSigner({kOld}).sign(1, "{}");
  EXPECT_EQ(both->sign(1, "{}"), with_new + with_old.substr(3));
}

TEST(HookSigner, LeavesOutTheEndsOfLines) {
  const auto plain = HookSigner({kOld}).sign(1, "{}");
  for (const auto* end : {"", "\n", "\r\n"})
    EXPECT_EQ(hook_signer_from_text(kOld + end, "secret")->sign(1, "{}"), plain);
}

TEST(HookSigner, RefusesSecretsThatCannotBeUsed) {
  const std::string remedy = "; make a secret with: openssl rand -hex 32";
  EXPECT_EQ(fault(""), "secret: is empty" + remedy);
  EXPECT_EQ(fault("fifteen bytes.."), "secret: line 1 has fewer than 16 bytes" + remedy);
  EXPECT_EQ(fault("sixteen bytes..."), "none");
  EXPECT_EQ(fault(kNew + "\nshort\n"), "secret: line 2 has fewer than 16 bytes" + remedy);
  EXPECT_EQ(fault(kNew + "\n\n"), "secret: line 2 has fewer than 16 bytes" + remedy);
  EXPECT_EQ(fault(kNew + '\n' + kOld + '\n' + kOld),
            "secret: has more than two lines; write the new secret, then the old one");
  EXPECT_EQ(fault(kNew + '\n' + kNew), "secret: both lines are the same secret; remove one");
  EXPECT_EQ(fault(std::string(1025, 'x')), "secret: line 1 has more than 1024 bytes");
}

}  // namespace
}  // namespace chat
