#pragma once

#include <string>

namespace chat {

/// The features of this build, in lines for `chatd --version`: protocols, backplanes, kind of build.
std::string features();

}  // namespace chat
