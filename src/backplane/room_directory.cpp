#include "chat/backplane/room_directory.hpp"

#include "chat/core/names.hpp"

namespace chat {

/// The beginning of a room's name is one itself.
bool RoomDirectory::is_prefix(const std::string& prefix) { return prefix.empty() || is_room_name(prefix); }

}  // namespace chat
