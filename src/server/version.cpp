#include "chat/server/version.hpp"

namespace chat {

std::string_view version() { return CHAT_VERSION; }

}  // namespace chat
