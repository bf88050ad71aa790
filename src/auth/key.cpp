#include "auth/key.hpp"

namespace chat {

bool Key::restrict_to(Algorithm algorithm) {
  if (!fits(algorithm)) return false;
  algorithms_.reset();
  algorithms_.set(static_cast<std::size_t>(algorithm));
  return true;
}

void Key::allow(SignatureScheme scheme, std::size_t number_bytes) {
  for (std::size_t i = 0; i < kAlgorithms; ++i) {
    if (kAlgorithmTraits[i].scheme == scheme && kAlgorithmTraits[i].number_bytes == number_bytes) algorithms_.set(i);
  }
}

}  // namespace chat
