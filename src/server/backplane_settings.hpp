#pragma once

#include <string>

#include "chat/server/config.hpp"

namespace chat {

/// Makes one setting of --backplane (`is_given`: not by its default) and --redis. Returns the mistake in it, with the
/// name of the setting; empty: none.
std::string settle_backplane(Config& config, bool is_given);

}  // namespace chat
