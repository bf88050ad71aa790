#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat::load {

/// What the tester writes at the front of a message's text, to know it again at each receiver. Times are in
/// nanoseconds of this machine's steady clock.
struct Stamp {
  static constexpr std::size_t kBytes = 50;

  std::uint32_t sender = 0;  // client number, below 2^24
  std::uint32_t n = 0;       // the sender's 1, 2, 3 …
  std::int64_t due = 0;      // when it should have been sent
  std::int64_t sent = 0;     // when it was
};

/// `run` is eight characters that tell this run's messages from others in the same room.
void append_stamp(std::string& out, std::string_view run, const Stamp& stamp);
std::optional<Stamp> read_stamp(std::string_view text, std::string_view run);

}  // namespace chat::load
