#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/load/dialect/dialect.hpp"
#include "apps/load/net/connection.hpp"

namespace chat::load {

/// The settings of a run. The defaults are workload W2's.
struct Options {
  std::vector<Endpoint> endpoints;
  const Dialect* dialect = &chat_v1_dialect();
  std::string workload = "W2";

  std::uint32_t rooms = 1000;
  std::uint32_t clients_per_room = 10;
  std::uint32_t senders_per_room = 0;  // 0 = every client
  double rate = 2000;                  // messages per second in total; 0 = by window, or idle without one
  std::uint32_t window = 0;            // unacknowledged messages per sender; 0 = by rate
  std::uint32_t payload_bytes = 128;
  double seconds = 20;
  double warmup_seconds = 2;
  bool reconnect = false;
  double connect_rate = 2000;  // connects per second; 0 = as fast as the servers accept them

  std::uint32_t processes = 1;   // workers that share the rooms
  std::uint32_t worker = 0;      // index of this worker
  double first_due_seconds = 0;  // after the start: staggers the workers' sends

  std::string room_prefix = "load";
  std::vector<std::string> pids;  // ids or names of processes; the report has their CPU and memory
  std::string json_file;
  std::string html_file;

  /// The settings of worker `index`: its rooms, and its share of the rates. Worker 0 has the most rooms.
  Options part(std::uint32_t index) const;

  std::uint32_t clients() const { return rooms * clients_per_room; }
  std::uint32_t senders() const { return senders_per_room == 0 ? clients_per_room : senders_per_room; }
  bool is_idle() const { return rate <= 0 && window == 0; }
};

/// Reads the command line: the workload's values first, then the flags that override them. For --help and for errors it
/// prints the text, sets `exit_code` and returns nothing.
std::optional<Options> parse_options(int argc, char** argv, int& exit_code);

}  // namespace chat::load
