#include "backplane/junk.hpp"

#include <array>

#include "chat/base/log.hpp"

namespace chat {

void log_junk(JunkIn place, std::string_view what, std::string_view where) {
  constexpr std::array kEvents{"junk_key", "junk_publication", "junk_request"};
  log_warn_rarely(kEvents[static_cast<std::size_t>(place)], {{"what", what}, {"where", where}});
}

}  // namespace chat
