#include "chat/base/closest.hpp"

#include <algorithm>
#include <cstddef>

namespace chat {
namespace {

/// The optimal string alignment distance: rows of the table from `a` to `b`, of which the last two are needed.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last.back();
}

}  // namespace

std::string closest(std::string_view mistyped, const std::vector<std::string>& words) {
  std::size_t least = std::min<std::size_t>(3, mistyped.size() / 4 + 1);  // farther is another word
  std::string found;
  for (const auto& word : words) {
    const auto far = distance(mistyped, word);
    if (far >= least) continue;
    least = far;
    found = word;
  }
  return found;
}

}  // namespace chat
