#include "chat/base/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <experimental/simd>

#include "base/byte_block.hpp"

namespace chat {

bool is_printable_ascii(std::string_view text) {
  using SignedBlock = std::experimental::native_simd<std::int8_t>;  // a byte that is no ASCII is below zero
  static constexpr std::int8_t kFirst = 0x20;
  const auto is_good = [&text](std::size_t at) {
    const SignedBlock block(reinterpret_cast<const std::int8_t*>(text.data() + at), std::experimental::element_aligned);
    return std::experimental::none_of(block < kFirst);
  };
  const std::size_t size = text.size();
  if (size < SignedBlock::size()) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<std::int8_t>(c) >= kFirst; });
  }
  for (std::size_t at = 0; at + SignedBlock::size() < size; at += SignedBlock::size()) {
    if (!is_good(at)) return false;
  }
  return is_good(size - SignedBlock::size());  // overlaps the block before
}

bool Utf8Validator::feed(std::string_view bytes) {
  const std::size_t size = bytes.size();
  for (std::size_t i = 0; i < size;) {
    if (needed_ == 0 && size - i >= ByteBlock::size() && all_of(byte_block(bytes.data() + i) < std::uint8_t{0x80})) {
      i += ByteBlock::size();  // most chat is ASCII
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(bytes[i++]);
    if (needed_ > 0) {
      if (byte < low_ || byte > high_) return false;
      low_ = 0x80;
      high_ = 0xBF;
      --needed_;
    } else if (byte < 0x80) {
      continue;
    } else if (byte >= 0xC2 && byte <= 0xDF) {
      needed_ = 1;
    } else if (byte >= 0xE0 && byte <= 0xEF) {
      needed_ = 2;
      if (byte == 0xE0) low_ = 0xA0;   // shorter forms exist
      if (byte == 0xED) high_ = 0x9F;  // surrogates
    } else if (byte >= 0xF0 && byte <= 0xF4) {
      needed_ = 3;
      if (byte == 0xF0) low_ = 0x90;
      if (byte == 0xF4) high_ = 0x8F;  // above U+10FFFF
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace chat
