#include "chat/auth/key_ring.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "support/made_tokens.hpp"

namespace chat {
namespace {

namespace fs = std::filesystem;

/// Two files in a folder of their own.
class KeyRingFiles : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  static void write(const fs::path& path, const std::string& text) {
    static int written = 0;
    std::ofstream(path) << text;
    fs::last_write_time(path, fs::file_time_type::clock::now() + std::chrono::seconds(++written));
  }
  static std::string signed_with(const std::string& secret) {
    return ctl::Signer::with_secret(secret, "").sign(R"({"alg":"HS256"})", kAna);
  }

  const fs::path folder_ = fs::temp_directory_path() / ("key_ring_test." + std::to_string(getpid()));
  const std::string secret_ = folder_ / "secret";
  const std::string keys_ = folder_ / "keys";
  const std::string other_secret_ = std::string(40, 'o');
};

TEST_F(KeyRingFiles, GiveTheirKeysTogether) {
  const auto ed = ed_pair();
  write(secret_, kSecret);
  write(keys_, ed.public_pem);
  KeyRing ring({secret_, keys_});
  EXPECT_TRUE(ring.keys()->empty());
  EXPECT_TRUE(ring.reload().empty());
  EXPECT_EQ(outcome(hs256(kAna), *ring.keys()), "valid");
  EXPECT_EQ(outcome(ctl::Signer::with_key(ed.private_pem, "").sign(R"({"alg":"EdDSA"})", kAna), *ring.keys()), "valid");
}

TEST_F(KeyRingFiles, MayBeAJwkSetToo) {
  write(keys_, "\n {\"kty\":\"oct\",\"k\":\"" + to_base64url(kSecret) + "\"}");
  KeyRing ring({{}, keys_});
  EXPECT_TRUE(ring.reload().empty());
  EXPECT_EQ(outcome(hs256(kAna), *ring.keys()), "valid");
}

TEST_F(KeyRingFiles, AreReadAgainWhenTheyHaveChanged) {
  write(secret_, kSecret);
  KeyRing ring({secret_, {}});
  ring.reload();
  const auto before = ring.keys();
  write(secret_, other_secret_);
  EXPECT_TRUE(ring.reload_changed().empty());
  EXPECT_EQ(outcome(signed_with(other_secret_), *ring.keys()), "valid");
  EXPECT_EQ(outcome(hs256(kAna), *ring.keys()), "bad_signature");
  EXPECT_EQ(outcome(hs256(kAna), *before), "valid");
}

TEST_F(KeyRingFiles, ThatBreakKeepTheLastKeysAndAreReportedOnce) {
  write(secret_, kSecret);
  KeyRing ring({secret_, {}});
  ring.reload();
  write(secret_, "short");
  EXPECT_EQ(ring.reload_changed(),
            std::vector<std::string>{secret_ + ": the secret has 5 bytes; it needs 32 or more. Make one: openssl rand "
                                               "-hex 32"});
  EXPECT_TRUE(ring.reload_changed().empty());
  EXPECT_TRUE(ring.reload().empty());
  EXPECT_EQ(outcome(hs256(kAna), *ring.keys()), "valid");
  fs::remove(secret_);
  EXPECT_EQ(ring.reload_changed(), std::vector<std::string>{secret_ + ": cannot be read: No such file or directory"});
  EXPECT_EQ(outcome(hs256(kAna), *ring.keys()), "valid");
  write(secret_, other_secret_);
  EXPECT_TRUE(ring.reload_changed().empty());
  EXPECT_EQ(outcome(signed_with(other_secret_), *ring.keys()), "valid");
}

TEST_F(KeyRingFiles, ThatAreMissingOrTooLongAreReportedAtTheStart) {
  EXPECT_EQ(KeyRing({{}, keys_}).reload(),
            std::vector<std::string>{keys_ + ": cannot be read: No such file or directory"});
  write(keys_, std::string(kMaxKeySourceBytes + 1, ' '));
  EXPECT_EQ(KeyRing({{}, keys_}).reload(), std::vector<std::string>{keys_ + ": longer than 256 KiB"});
  EXPECT_EQ(KeyRing({{}, folder_}).reload().size(), 1U);
}

TEST_F(KeyRingFiles, NameKeysThatAreNotUsed) {
  write(keys_, ec_pair("secp256k1").public_pem + ed_pair().public_pem);
  KeyRing ring({{}, keys_});
  ring.reload();
  EXPECT_EQ(ring.skipped(),
            std::vector<std::string>{keys_ + ": key 1: an EC key on another curve than P-256, P-384 or P-521"});
}

TEST_F(KeyRingFiles, AreJoinedByFetchedKeysUntilTheNextSetIsFetched) {
  write(secret_, kSecret);
  KeyRing ring({secret_, {}});
  ring.reload();
  ring.set_fetched(keys_from_secret(other_secret_, "fetched").keys);
  EXPECT_EQ(ring.keys()->size(), 2U);
  ring.set_fetched(keys_from_secret(std::string(40, 'n'), "fetched").keys);
  EXPECT_EQ(outcome(signed_with(other_secret_), *ring.keys()), "bad_signature");
  EXPECT_EQ(outcome(hs256(kAna), *ring.keys()), "valid");
}

TEST_F(KeyRingFiles, AreReadByOtherThreadsWhileTheyAreReplaced) {
  write(secret_, kSecret);
  KeyRing ring({secret_, {}});
  ring.reload();
  const auto token = hs256(kAna);
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done) EXPECT_EQ(outcome(token, *ring.keys()), "valid");
  });
  for (int i = 0; i < 300; ++i) ring.set_fetched(keys_from_secret(std::string(40, 'n'), "fetched").keys);
  done = true;
  reader.join();
}

}  // namespace
}  // namespace chat
