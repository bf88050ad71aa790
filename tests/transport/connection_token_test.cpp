#include "chat/transport/connection_token.hpp"

#include <gtest/gtest.h>

#include "chat/base/digest.hpp"

namespace chat {
namespace {

const std::string kSecret = "the cluster's own secret";
constexpr UnixMs kNow = 1'792'000'000'123;

TEST(ConnectionToken, IsGenuineOnEveryNodeWithItsSecret) {
  const ConnectionToken token = mint_token(kSecret, kNow);
  EXPECT_TRUE(is_genuine(kSecret, token));
  EXPECT_FALSE(is_genuine("another cluster's secret", token));
}

TEST(ConnectionToken, IsDifferentEachTime) { EXPECT_NE(mint_token(kSecret, kNow), mint_token(kSecret, kNow)); }

TEST(ConnectionToken, FitsIntoAQueryAsItIs) {
  EXPECT_EQ(
      mint_token(kSecret, kNow).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
}

TEST(ConnectionToken, IsNotGenuineWithAnyCharacterChangedAddedOrMissing) {
  const ConnectionToken token = mint_token(kSecret, kNow);
  for (std::size_t i = 0; i < token.size(); ++i) {
    ConnectionToken forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(is_genuine(kSecret, forged)) << i;
    EXPECT_FALSE(is_genuine(kSecret, token.substr(0, i))) << i;
  }
  EXPECT_FALSE(is_genuine(kSecret, token + 'A'));
  EXPECT_FALSE(is_genuine(kSecret, std::string(100000, 'A')));
}

TEST(ConnectionToken, SaysWhenItWasMade) {
  for (const UnixMs time : {UnixMs{0}, UnixMs{1}, kNow, (UnixMs{1} << 48) - 1}) {
    EXPECT_EQ(minted_at(mint_token(kSecret, time)), time);
  }
}

TEST(ConnectionToken, BeginsWithAnIdThatProvesNothing) {
  const ConnectionToken token = mint_token(kSecret, kNow);
  EXPECT_TRUE(token.starts_with(id_of(token)));
  EXPECT_FALSE(is_genuine(kSecret, id_of(token)));
}

}  // namespace
}  // namespace chat
