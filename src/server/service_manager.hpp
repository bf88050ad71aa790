#pragma once

#include <string_view>

namespace chat {

/// Tells systemd, if it has started this process (Type=notify), how the node is: "READY=1" or "STOPPING=1". Without
/// a service manager, or if it does not listen, nothing happens.
void tell_service_manager(std::string_view state);

}  // namespace chat
