#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chat {

/// SipHash-1-3 (Aumasson & Bernstein, 2012) under a key drawn at start-up, so that no client can choose room or user
/// names that all fall into one bucket of our tables.
std::size_t keyed_hash(std::string_view bytes);

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return keyed_hash(text); }
};

/// A table keyed by text that came from outside; looked up by string_view without a copy.
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace chat
