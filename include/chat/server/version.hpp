#pragma once

#include <string_view>

namespace chat {

/// As it was released, with the commit it was built from behind a plus sign where that is known: "0.2.0+4a0698c".
std::string_view version();

}  // namespace chat
