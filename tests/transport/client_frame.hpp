#pragma once

#include <cstdint>
#include <string>

namespace chat {

/// A client's frame: masked, final unless said otherwise.
inline std::string frame(int opcode, const std::string& payload, bool final = true) {
  constexpr std::uint8_t kMask[] = {0x37, 0xfa, 0x21, 0x3d};
  std::string out;
  out += static_cast<char>((final ? 0x80 : 0) | opcode);
  const auto size = payload.size();
  if (size < 126) {
    out += static_cast<char>(0x80 | size);
  } else if (size < 65536) {
    out += static_cast<char>(0x80 | 126);
    for (int shift = 8; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xff);
  } else {
    out += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xff);
  }
  out.append(reinterpret_cast<const char*>(kMask), 4);
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ kMask[i % 4]);
  return out;
}

inline constexpr int kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;

}  // namespace chat
