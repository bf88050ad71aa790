#include "auth/cache_control.hpp"

#include <algorithm>
#include <charconv>

#include "chat/base/ascii.hpp"

namespace chat {

std::optional<Seconds> max_age_of(std::string_view cache_control) {
  constexpr std::string_view kMaxAge = "max-age=";
  std::optional<Seconds> age;
  while (!cache_control.empty()) {
    const auto end = std::min(cache_control.find(','), cache_control.size());
    auto directive = cache_control.substr(0, end);
    cache_control.remove_prefix(std::min(end + 1, cache_control.size()));
    const auto first = std::min(directive.find_first_not_of(" \t"), directive.size());
    directive = directive.substr(first, directive.find_last_not_of(" \t") - first + 1);
    if (is_same_ignoring_case(directive, "no-store") || is_same_ignoring_case(directive, "no-cache")) return Seconds(0);
    if (!is_same_ignoring_case(directive.substr(0, kMaxAge.size()), kMaxAge)) continue;
    const auto digits = directive.substr(kMaxAge.size());
    int seconds = 0;
    const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (failed == std::errc() && stop == digits.data() + digits.size() && seconds >= 0) age = Seconds(seconds);
  }
  return age;
}

}  // namespace chat
