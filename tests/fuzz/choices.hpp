#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chat {

/// Reads a fuzzer's input as a sequence of choices. After its end every choice is zero.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    const auto taken = text(1);
    return taken.empty() ? 0 : static_cast<std::uint8_t>(taken[0]);
  }
  /// At most 256 choices.
  std::size_t below(std::size_t end) { return byte() % end; }
  std::string_view text(std::size_t most) {
    const auto taken = rest_.substr(0, most);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view rest() { return text(rest_.size()); }

 private:
  std::string_view rest_;
};

/// Cuts `bytes` at places that `seed` chooses and calls `take(piece)` for each piece until it returns false. Seed 0
/// leaves the bytes in one piece.
template <class Take>
void in_pieces(std::string_view bytes, std::uint8_t seed, Take take) {
  std::uint32_t state = seed;
  do {
    state = state * 1664525 + 1013904223;
    const std::size_t most = seed == 0 ? bytes.size() : 1 + (state >> 24) % (1 + seed % 32U);
    const auto piece = bytes.substr(0, most);
    bytes.remove_prefix(piece.size());
    if (!take(piece)) return;
  } while (!bytes.empty());
}

}  // namespace chat
