#pragma once

#include <string_view>

namespace chat {

/// Whether the cluster may have made this user id itself: a guest's, or one from a token's subject that is no plain
/// name.
bool is_derived_id(std::string_view id);

}  // namespace chat
