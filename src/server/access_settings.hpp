#pragma once

#include <string>

#include "chat/server/config.hpp"

namespace chat {

/// The mistake in the settings of tokens and rules, or in the files that they name; empty: none.
std::string fault_in_access(const Config& config);

}  // namespace chat
