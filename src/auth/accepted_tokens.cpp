#include "chat/auth/accepted_tokens.hpp"

#include "chat/base/hash.hpp"

namespace chat {

bool AcceptedTokens::contains(std::string_view token) const {
  const std::uint64_t hash = keyed_hash(token);
  return place_of(hash).load(std::memory_order_relaxed) == hash;
}

void AcceptedTokens::add(std::string_view token) {
  const std::uint64_t hash = keyed_hash(token);
  place_of(hash).store(hash, std::memory_order_relaxed);
}

void AcceptedTokens::remove(std::string_view token) {
  std::uint64_t hash = keyed_hash(token);
  place_of(hash).compare_exchange_strong(hash, 0, std::memory_order_relaxed);
}

}  // namespace chat
