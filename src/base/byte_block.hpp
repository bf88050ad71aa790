#pragma once

#include <cstdint>
#include <experimental/simd>

namespace chat {

/// As many bytes as the processor looks at in one step: 16 on any x86-64.
using ByteBlock = std::experimental::native_simd<std::uint8_t>;

inline ByteBlock byte_block(const char* bytes) {
  return ByteBlock(reinterpret_cast<const std::uint8_t*>(bytes), std::experimental::element_aligned);
}

}  // namespace chat
