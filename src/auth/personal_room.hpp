#pragma once

#include <string_view>

#include "chat/core/principal.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// The part of `rights` that remains in a room whose name says for whom it is: `dm.<user id>.<user id>`, `inbox.<user
/// id>`. In any other room: all.
Rights in_personal_room(Rights rights, std::string_view room, const Principal& principal);

}  // namespace chat
