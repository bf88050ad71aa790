#pragma once

#include <algorithm>
#include <string_view>

namespace chat {

/// Whether two texts are the same but for the case of ASCII letters. (Beast's iequals reads a byte behind the end.)
inline bool is_same_ignoring_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [lower](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace chat
