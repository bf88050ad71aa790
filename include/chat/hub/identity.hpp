#pragma once

#include <array>
#include <string>
#include <string_view>

namespace chat {

/// A person's public id, as bytes: as many as a std::string holds the text of without memory of its own.
using PersonId = std::array<char, 9>;

/// Two connections with one secret are one person; nobody can take an id without its secret.
PersonId person_of(std::string_view secret);
/// Somebody who has shown no secret.
PersonId new_person();

/// As others see it: letters and digits, which may stand in the name of a room (`inbox.<user id>`).
std::string to_text(const PersonId& person);

}  // namespace chat
