#include "apps/load/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <string_view>

#include "apps/load/protocol.hpp"

namespace chat::load {
namespace {

struct Workload {
  std::string_view name;
  std::string_view what;
  std::uint32_t rooms, clients_per_room, senders_per_room;
  double rate;
  std::uint32_t window;
  double warmup_seconds, connect_rate;
};

constexpr std::array kWorkloads = {
    Workload{"W1", "one room of 1000, one sender, saturated, window 64", 1, 1000, 1, 0, 64, 2, 2000},
    Workload{"W1w1", "the same, one message at a time", 1, 1000, 1, 0, 1, 2, 2000},
    Workload{"W2", "1000 rooms of 10, everybody sends, 2000 messages/s in total", 1000, 10, 0, 2000, 0, 2, 2000},
    Workload{"W2sat", "1000 rooms of 10, one sender in each, saturated, window 1", 1000, 10, 1, 0, 1, 2, 2000},
    Workload{"W3", "10,000 joined connections in 1000 rooms, idle", 1000, 10, 0, 0, 0, 0, 2000},
    Workload{"W4", "10,000 connects and joins as fast as they are accepted", 1000, 10, 0, 0, 0, 0, 0},
    Workload{"W5", "one room of 100, everybody sends, saturated, window 16", 1, 100, 0, 0, 16, 2, 2000},
};

std::string workload_help() {
  std::string text = "Workloads (flags given beside one override it):\n";
  for (const auto& workload : kWorkloads) text += fmt::format("  {:<6} {}\n", workload.name, workload.what);
  text +=
      "\nRun the servers with --messages-per-second 0 --joins-per-second 0 --max-connections-per-address 0: their\n"
      "limits on a single client are meant to stop what this program does.\n"
      "\nExit code: 0 nothing lost, duplicated, out of order, refused or cut; 1 otherwise; 2 the run could not be "
      "made.";
  return text;
}

void apply(const Workload& workload, Options& options) {
  options.workload = workload.name;
  options.rooms = workload.rooms;
  options.clients_per_room = workload.clients_per_room;
  options.senders_per_room = workload.senders_per_room;
  options.rate = workload.rate;
  options.window = workload.window;
  options.warmup_seconds = workload.warmup_seconds;
  options.connect_rate = workload.connect_rate;
}

/// A first look at the command line, for the workload alone: its values are the defaults of all other flags.
void apply_workload(int argc, char** argv, Options& options) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::string name = options.workload;
  app.add_option("--workload", name);
  app.parse(argc, argv);
  for (const auto& workload : kWorkloads) {
    if (workload.name == name) return apply(workload, options);
  }
  throw CLI::ValidationError("--workload", fmt::format("{} is not one of those listed by --help", name));
}

void check(const Options& options) {
  if (options.senders() > options.clients_per_room) {
    throw CLI::ValidationError("--senders-per-room", "more than --clients-per-room");
  }
  if (options.rate > 0 && options.window > 0) {
    throw CLI::ValidationError("--window", "excludes --rate: a run is either paced or saturated");
  }
  if (std::uint64_t{options.rooms} * options.clients_per_room >= 1U << 24) {
    throw CLI::ValidationError("--rooms", "rooms times clients must stay below 16,777,216");
  }
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv, int& exit_code) {
  Options options;
  std::vector<std::string> urls;
  CLI::App app("Puts load on chat.v1 servers and checks every delivery", "chat-load");
  app.footer(workload_help());
  app.get_formatter()->column_width(34);
  app.option_defaults()->always_capture_default();
  try {
    apply_workload(argc, argv, options);
    app.add_option("--url", urls, "Servers, ws://host:port/ws; each room's clients are spread over all of them")
        ->delimiter(',')
        ->required();
    app.add_option("--workload", options.workload, "Named workload, see below");
    app.add_option("--rooms", options.rooms, "Rooms")->check(CLI::Range(1, 1000000));
    app.add_option("--clients-per-room", options.clients_per_room, "Members of each room, one connection each")
        ->check(CLI::Range(1, 1000000));
    app.add_option("--senders-per-room", options.senders_per_room, "Members of each room that send; 0 = all of them");
    auto* rate = app.add_option("--rate", options.rate,
                                "Messages per second in total, sent when due whatever the server does; "
                                "0 = by --window, or nobody sends")
                     ->check(CLI::NonNegativeNumber);
    auto* window = app.add_option("--window", options.window,
                                  "Saturates: each sender keeps this many messages unacknowledged or not yet received "
                                  "by itself; 0 = by --rate");
    app.add_option("--payload", options.payload_bytes, "Bytes of text in a message")
        ->check(CLI::Range(static_cast<int>(Stamp::kBytes), 4096));
    app.add_option("--seconds", options.seconds, "How long to measure")->check(CLI::PositiveNumber);
    app.add_option("--warmup", options.warmup_seconds, "Seconds of the same before; checked, but not timed")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--connect-rate", options.connect_rate, "Connections begun per second; 0 = as many as are accepted")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--room-prefix", options.room_prefix, "Rooms are named PREFIX-RUN-NUMBER, RUN being new each time");
    app.add_option("--pids", options.processes,
                   "Local processes, by id or name, to report the CPU and memory of, summed by name")
        ->delimiter(',');
    app.add_option("--json", options.json_file, "Also write the results to this file");
    app.parse(argc, argv);
    // Naming one way to send replaces the workload's other one.
    if (rate->count() > 0 && options.rate > 0 && window->count() == 0) options.window = 0;
    if (window->count() > 0 && options.window > 0 && rate->count() == 0) options.rate = 0;
    check(options);
    for (const auto& url : urls) options.endpoints.push_back(resolve(url));
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "{}\n", error.what());
    exit_code = 2;
    return std::nullopt;
  }
  return options;
}

}  // namespace chat::load
