#pragma once

#include <string>

namespace chat {

/// What this build can do, in lines for `chatd --version`: protocols, backplanes, kind of build.
std::string features();

}  // namespace chat
