#pragma once

#include <string_view>

namespace chat {

/// The release and, if known, the commit of the build: "0.2.0+4a0698c".
std::string_view version();

}  // namespace chat
