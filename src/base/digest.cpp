#include "chat/base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "chat/base/assert.hpp"

namespace chat {
namespace {

std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int length = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &length, algorithm, nullptr);
  CHAT_ASSERT(done == 1);
  out.resize(length);
  return out;
}

}  // namespace

std::string sha1(std::string_view bytes) { return digest(EVP_sha1(), bytes); }
std::string sha256(std::string_view bytes) { return digest(EVP_sha256(), bytes); }

std::string to_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string to_base64url(std::string_view bytes) {
  std::string out = to_base64(bytes);
  for (char& c : out) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  out.erase(out.find_last_not_of('=') + 1);
  return out;
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

std::string random_hex(std::size_t count) {
  std::string bytes(count, '\0');
  const int done = RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count));
  CHAT_ASSERT(done == 1);
  return to_hex(bytes);
}

}  // namespace chat
