#include "chat/base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

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

}  // namespace

std::string sha1(std::string_view bytes) {
  static const Algorithm algorithm("SHA1");
  return algorithm.digest(bytes);
}

std::string sha256(std::string_view bytes) {
  static const Algorithm algorithm("SHA256");
  return algorithm.digest(bytes);
}

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
  return out.substr(0, out.find_last_not_of('=') + 1);  // a copy, no larger than it has to be
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

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  const int done = RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count));
  CHAT_ASSERT(done == 1);
  return bytes;
}

std::string random_hex(std::size_t count) { return to_hex(random_bytes(count)); }

}  // namespace chat
