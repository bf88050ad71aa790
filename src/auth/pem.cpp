#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstring>

#include "auth/key_collector.hpp"

namespace chat {
namespace {

/// The key of one PEM block, or why there is none.
KeyOrFault key_of_block(std::string_view label, const unsigned char* bytes, long size) {
  openssl::Pkey key;
  if (label == PEM_STRING_PUBLIC) {
    key.reset(d2i_PUBKEY(nullptr, &bytes, size));
  } else if (label == PEM_STRING_RSA_PUBLIC) {
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &bytes, size));
  } else if (label == PEM_STRING_X509) {
    const openssl::Certificate certificate(d2i_X509(nullptr, &bytes, size));
    if (certificate != nullptr) key.reset(X509_get_pubkey(certificate.get()));
  } else if (label.ends_with("PRIVATE KEY")) {
    return "a private key; a node needs the public one: openssl pkey -pubout";
  } else {
    return "a PEM block that is neither PUBLIC KEY nor CERTIFICATE";
  }
  if (key == nullptr) return "a PEM block that cannot be decoded";
  return make_public_key(std::move(key));
}

}  // namespace

LoadedKeys keys_from_pem(std::string_view text, std::string_view source) {
  KeyCollector collector(source);
  const openssl::Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  using Text = openssl::Owned<char, [](char* memory) { OPENSSL_free(memory); }>;
  using Bytes = openssl::Owned<unsigned char, [](unsigned char* memory) { OPENSSL_free(memory); }>;
  for (;;) {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* bytes = nullptr;
    long size = 0;
    if (PEM_read_bio(bio.get(), &label, &header, &bytes, &size) != 1) break;
    const Text label_owner(label);
    const Text header_owner(header);
    const Bytes bytes_owner(bytes);
    collector.take(key_of_block(label, bytes, size));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) collector.take("a PEM block that cannot be decoded");
  return std::move(collector).finish();
}

}  // namespace chat
