#pragma once

#include "chat/auth/sanctions.hpp"

namespace chat::ctl {

inline constexpr const char* kUserMeaning = "The person: its public id, or the subject of its tokens";

/// One line on standard output: kind, subject, room (* = everywhere), end, and in parentheses what else it says.
void print(const Sanction& sanction);

}  // namespace chat::ctl
