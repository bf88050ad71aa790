#include "apps/load/run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <random>

namespace chat::load {

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Run::Run(const Options& wanted)
    : options(wanted),
      dialect(*wanted.dialect),
      id(fmt::format("{:08x}", std::random_device()())),
      checker(wanted.rooms, wanted.clients_per_room, wanted.is_idle() ? 0 : wanted.senders(), dialect.has_offsets()),
      random(std::random_device()()),
      disturbed(wanted.clients()),
      recent(dialect, id) {
  for (std::uint32_t i = 0; i < wanted.rooms; ++i) {
    rooms.push_back({fmt::format("{}-{}-{}", wanted.room_prefix, id, i), {}});
  }
}

}  // namespace chat::load
