#include "chat/base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "chat/base/assert.hpp"

namespace chat {
namespace {

/// Looked up by name once: a lookup takes longer than the digest of a few bytes.
class Algorithm {
 public:
  explicit Algorithm(const char* name) : algorithm_(EVP_MD_fetch(nullptr, name, nullptr)) {
    CHAT_ASSERT(algorithm_ != nullptr);
  }
  ~Algorithm() { EVP_MD_free(algorithm_); }
  Algorithm(const Algorithm&) = delete;
  Algorithm& operator=(const Algorithm&) = delete;

  std::string digest(std::string_view bytes) const {
    struct Context {
      EVP_MD_CTX* context = EVP_MD_CTX_new();
      ~Context() { EVP_MD_CTX_free(context); }
    };
    thread_local const Context held;
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(algorithm_)), '\0');
    const int done = EVP_DigestInit_ex2(held.context, algorithm_, nullptr) &
                     EVP_DigestUpdate(held.context, bytes.data(), bytes.size()) &
                     EVP_DigestFinal_ex(held.context, reinterpret_cast<unsigned char*>(out.data()), nullptr);
    CHAT_ASSERT(done == 1);
    return out;
  }

 private:
  EVP_MD* algorithm_;
};

/// So many bits a character. Written out because ids are, with each message; OpenSSL's takes twenty times as long.
template <unsigned width>
std::string in_groups(std::string_view bytes, const char* alphabet) {
  constexpr unsigned kMask = (1U << width) - 1;
  std::string out((bytes.size() * 8 + width - 1) / width, '\0');
  unsigned bits = 0;
  unsigned count = 0;
  auto place = out.begin();
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= width; count -= width) *place++ = alphabet[bits >> (count - width) & kMask];
  }
  if (count > 0) *place = alphabet[bits << (width - count) & kMask];
  return out;
}

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";

}  // namespace

std::string sha1(std::string_view bytes) {
  static const Algorithm algorithm("SHA1");
  return algorithm.digest(bytes);
}

std::string sha256(std::string_view bytes) {
  static const Algorithm algorithm("SHA256");
  return algorithm.digest(bytes);
}

/// Written out, because OpenSSL's looks three algorithms up by their names each time.
std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  constexpr std::size_t kBlockBytes = 64;
  std::string block = key.size() > kBlockBytes ? sha256(key) : std::string(key);
  block.resize(kBlockBytes);
  const auto padded = [&block](char pad) {
    std::string out = block;
    for (char& c : out) c = static_cast<char>(c ^ pad);
    return out;
  };
  return sha256(padded(0x5c) + sha256(padded(0x36).append(bytes)));
}

bool is_same_secret(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string to_base64(std::string_view bytes) {
  std::string out = in_groups<6>(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string to_base64url(std::string_view bytes) {
  return in_groups<6>(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

std::string to_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string to_base32(std::string_view bytes) { return in_groups<5>(bytes, kBase32.data()); }

std::string from_base32(std::string_view letters) {
  std::string bytes;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char letter : letters) {
    const auto value = kBase32.find(letter);
    if (value == std::string_view::npos) return {};
    bits = bits << 5 | static_cast<unsigned>(value);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count);
  }
  return bytes;
}

/// A visit to the generator costs a system call, so each thread fetches some at a time.
std::string random_bytes(std::size_t count) {
  thread_local std::array<char, 512> pool;
  thread_local std::size_t left = 0;
  std::string bytes;
  while (bytes.size() < count) {
    if (left == 0) {
      const int done = RAND_bytes(reinterpret_cast<unsigned char*>(pool.data()), static_cast<int>(pool.size()));
      CHAT_ASSERT(done == 1);
      left = pool.size();
    }
    const std::size_t taken = std::min(left, count - bytes.size());
    bytes.append(pool.data() + pool.size() - left, taken);
    OPENSSL_cleanse(pool.data() + pool.size() - left, taken);
    left -= taken;
  }
  return bytes;
}

std::string random_hex(std::size_t count) { return to_hex(random_bytes(count)); }

}  // namespace chat
