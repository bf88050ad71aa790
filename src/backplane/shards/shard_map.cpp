#include "backplane/shards/shard_map.hpp"

#include <cstdint>

namespace chat::shards {
namespace {

/// FNV-1a, and a mixing step because its high bits are poor: the jump looks at those.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93;
  return hash ^ (hash >> 32);
}

}  // namespace

StoreShard shard_of(std::string_view name, std::size_t count) {
  constexpr double kTwoTo31 = 2147483648.0;
  std::uint64_t state = hash_of(name);
  std::int64_t shard = 0, jump = 0;
  while (jump < static_cast<std::int64_t>(count)) {
    shard = jump;
    state = state * 2862933555777941757 + 1;
    jump =
        static_cast<std::int64_t>(static_cast<double>(shard + 1) * (kTwoTo31 / static_cast<double>((state >> 33) + 1)));
  }
  return static_cast<StoreShard>(shard);
}

}  // namespace chat::shards
