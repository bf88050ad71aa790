#pragma once

#include <optional>
#include <string_view>

#include "chat/base/clock.hpp"

namespace chat {

/// How long an answer may be kept by its Cache-Control (RFC 9111 §5.2.2): `max-age`; 0 with `no-store` or `no-cache`;
/// nullopt: it does not say.
std::optional<Seconds> max_age_of(std::string_view cache_control);

}  // namespace chat
