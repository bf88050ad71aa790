#pragma once

namespace chat {

/// A TCP port of 127.0.0.1 that was free a moment ago. Throws if there is none.
unsigned short free_port();

}  // namespace chat
