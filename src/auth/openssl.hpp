#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace chat::openssl {

template <auto free_function>
struct Free {
  template <class Object>
  void operator()(Object* object) const {
    free_function(object);
  }
};
template <class Object, auto free_function>
using Owned = std::unique_ptr<Object, Free<free_function>>;

using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using PkeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Mac = Owned<EVP_MAC, EVP_MAC_free>;
using MacContext = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using Bio = Owned<BIO, BIO_free_all>;
using Number = Owned<BIGNUM, BN_free>;
using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using Certificate = Owned<X509, X509_free>;

inline const unsigned char* bytes_of(const char* text) { return reinterpret_cast<const unsigned char*>(text); }
inline unsigned char* bytes_of(char* text) { return reinterpret_cast<unsigned char*>(text); }

}  // namespace chat::openssl
