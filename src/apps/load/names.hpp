#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace chat::load {

/// Gives each of a few names a number. Thousands of clients keep the number instead of the text. 0 is the empty name.
class Names {
 public:
  using Number = std::uint16_t;

  Number number(std::string_view name) {
    const auto found = std::ranges::find(names_, name);
    const auto number = static_cast<Number>(std::distance(names_.begin(), found));
    if (found == names_.end()) names_.emplace_back(name);
    return number;
  }

  const std::string& operator[](Number number) const { return names_[number]; }

 private:
  std::vector<std::string> names_{""};
};

}  // namespace chat::load
