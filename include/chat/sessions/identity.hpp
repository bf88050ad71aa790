#pragma once

#include <string>
#include <string_view>

#include "chat/core/principal.hpp"

namespace chat {

/// Two connections with one secret are one person; nobody can take an id without its secret.
PersonId person_of(std::string_view secret);
/// A person without a secret.
PersonId new_person();

/// As others see it: letters and digits, which may stand in the name of a room (`inbox.<user id>`).
std::string to_text(const PersonId& person);

}  // namespace chat
