#pragma once

#include <cstdint>
#include <string>

#include "chat/base/clock.hpp"

namespace chat {

/// How much of a room is kept.
struct Retention {
  std::uint32_t messages = 1000;
  Seconds idle{7 * 24 * 3600};  // a room without a message for so long is forgotten
};

/// The condition under which an append is acknowledged.
struct AckLevel {
  enum class Kind : std::uint8_t {
    stored,      // in the store's memory, on its way to the disk as the store is set up
    durable,     // on its disk; Redis: WAITAOF, or `appendfsync always`
    replicated,  // in the memory of `replicas` replicas too; Redis: WAIT
  };
  Kind kind = Kind::stored;
  std::uint32_t replicas = 1;
};

/// The settings that every backplane gets beside its URL. A backplane ignores those it cannot use.
struct BackplaneOptions {
  Retention retention{};
  AckLevel ack{};
  std::string password{};         // for the store, kept out of the URL
  std::string ca_file{};          // of the authority that signed the store's certificate; empty: those the system knows
  std::string program = "chatd";  // names the connections where the store lists them
};

}  // namespace chat
