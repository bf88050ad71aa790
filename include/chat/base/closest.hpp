#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// The word that a mistyped one most likely means; empty when none is near. Changed, missing, extra and swapped letters
/// count one each.
std::string closest(std::string_view mistyped, const std::vector<std::string>& words);

}  // namespace chat
