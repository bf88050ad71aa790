#include "apps/load/workloads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace chat::load {
namespace {

struct Workload {
  std::string_view name;
  std::string_view description;
  std::uint32_t rooms, clients_per_room, senders_per_room;
  double rate;
  std::uint32_t window;
  double warmup_seconds, seconds, connect_rate;
  std::uint32_t processes;
};

constexpr std::array kWorkloads = {
    Workload{"W1", "one room of 1000, one sender, saturated, window 64", 1, 1000, 1, 0, 64, 2, 20, 2000, 1},
    Workload{"W1w1", "like W1, one message at a time", 1, 1000, 1, 0, 1, 2, 20, 2000, 1},
    Workload{"W2", "1000 rooms of 10, all members send, 2000 messages/s in total", 1000, 10, 0, 2000, 0, 2, 20, 2000,
             1},
    Workload{"W2sat", "1000 rooms of 10, one sender in each, saturated, window 1", 1000, 10, 1, 0, 1, 2, 20, 2000, 1},
    Workload{"W3", "10,000 joined connections in 1000 rooms, idle", 1000, 10, 0, 0, 0, 0, 20, 2000, 1},
    Workload{"W4", "10,000 connects and joins as fast as the servers accept them", 1000, 10, 0, 0, 0, 0, 20, 0, 1},
    Workload{"W5", "one room of 100, all members send, saturated, window 16", 1, 100, 0, 0, 16, 2, 20, 2000, 1},
    Workload{"W6", "100,000 connections, 2000 rooms of 50, 5 senders in each, 200 messages/s, 5 minutes, 6 processes",
             2000, 50, 5, 200, 0, 5, 300, 2000, 6},
};

}  // namespace

bool apply_workload(std::string_view name, Options& options) {
  const auto* const workload = std::ranges::find(kWorkloads, name, &Workload::name);
  if (workload == kWorkloads.end()) return false;
  options.workload = workload->name;
  options.rooms = workload->rooms;
  options.clients_per_room = workload->clients_per_room;
  options.senders_per_room = workload->senders_per_room;
  options.rate = workload->rate;
  options.window = workload->window;
  options.warmup_seconds = workload->warmup_seconds;
  options.seconds = workload->seconds;
  options.connect_rate = workload->connect_rate;
  options.processes = workload->processes;
  return true;
}

std::string describe_workloads() {
  std::string text;
  for (const auto& workload : kWorkloads) text += fmt::format("  {:<6} {}\n", workload.name, workload.description);
  return text;
}

}  // namespace chat::load
