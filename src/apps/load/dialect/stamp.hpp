#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat::load {

/// The tester writes a stamp at the front of each message's text and recognizes the message by it at each receiver.
/// Times are in nanoseconds of this machine's steady clock.
struct Stamp {
  static constexpr std::size_t kBytes = 50;

  std::uint32_t sender = 0;  // client number, below 2^24
  std::uint32_t n = 0;       // the sender's 1, 2, 3 …
  std::int64_t due = 0;      // when the sender should have sent it
  std::int64_t sent = 0;     // when the sender did
};

/// `run` is eight characters that distinguish this run's messages from others in the same room.
void append_stamp(std::string& out, std::string_view run, const Stamp& stamp);
std::optional<Stamp> read_stamp(std::string_view text, std::string_view run);

}  // namespace chat::load
