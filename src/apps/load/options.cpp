#include "apps/load/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <stdexcept>
#include <string_view>

#include "apps/load/dialect/stamp.hpp"
#include "apps/load/workloads.hpp"

namespace chat::load {
namespace {

std::string help_below() {
  return "Workloads (other flags override their values):\n" + describe_workloads() +
         "\nDialects (text and socketio-text have no acks: the sender's own copy of a message answers it):\n"
         "  chat.v1        src/protocols/README.md; path /ws, or /ws?room={room} to join by connecting\n"
         "  signalr        SignalR's hub protocol in JSON, without negotiation; path /chatHub?details=true\n"
         "  socketio       src/protocols/socketio/README.md, over WebSocket; path /socket.io/\n"
         "  text           each frame is one message in the room of the URL; path /ws?room={room}\n"
         "  socketio-text  the same in Socket.IO's events join, joined, send and message; path /socket.io/\n"
         "\nRun chatd with --messages-per-second 0 --joins-per-second 0 --max-connections-per-address 0: its\n"
         "limits for a single client would stop this load.\n"
         "\nExit code: 0 if no message was lost, duplicated, out of order or refused and no connection was cut;\n"
         "1 otherwise; 2 if the run could not start.";
}

/// Reads --workload before all other flags, because its values are their defaults.
void read_workload(int argc, char** argv, Options& options) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::string name = options.workload;
  app.add_option("--workload", name);
  app.parse(argc, argv);
  if (apply_workload(name, options)) return;
  throw CLI::ValidationError("--workload", fmt::format("{} is not one of those listed by --help", name));
}

const Dialect* dialect_named(std::string_view name) {
  if (name == "chat.v1") return &chat_v1_dialect();
  if (name == "signalr") return &signalr_dialect();
  if (name == "socketio") return &socketio_chat_dialect();
  if (name == "text") return &text_dialect();
  if (name == "socketio-text") return &socketio_text_dialect();
  throw CLI::ValidationError("--dialect", fmt::format("{} is not one of those listed by --help", name));
}

void check(const Options& options) {
  if (options.senders() > options.clients_per_room) {
    throw CLI::ValidationError("--senders-per-room", "more than --clients-per-room");
  }
  if (options.rate > 0 && options.window > 0) {
    throw CLI::ValidationError("--window", "excludes --rate: a run is either paced or saturated");
  }
  if (options.processes > options.rooms) {
    throw CLI::ValidationError("--processes", "more than --rooms");
  }
  if (std::uint64_t{options.rooms} * options.clients_per_room >= 1U << 24) {
    throw CLI::ValidationError("--rooms", "rooms times clients must stay below 16,777,216");
  }
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv, int& exit_code) {
  Options options;
  std::vector<std::string> urls;
  std::string dialect = "chat.v1";
  CLI::App app("Puts load on chat servers and checks every delivery", "chat-load");
  app.footer(help_below());
  app.get_formatter()->column_width(34);
  app.option_defaults()->always_capture_default();
  try {
    read_workload(argc, argv, options);
    app.add_option("--url", urls,
                   "Servers, ws://host:port/ws. The tester spreads the clients of each room over all of them and "
                   "replaces {room} "
                   "in the URL by the room's name")
        ->delimiter(',')
        ->required();
    app.add_option("--dialect", dialect, "The protocol of the servers, see below");
    app.add_option("--workload", options.workload, "Named workload, see below");
    app.add_option("--rooms", options.rooms, "Rooms")->check(CLI::Range(1, 1000000));
    app.add_option("--clients-per-room", options.clients_per_room, "Members of each room, one connection each")
        ->check(CLI::Range(1, 1000000));
    app.add_option("--senders-per-room", options.senders_per_room, "Members of each room that send; 0 = all of them");
    auto* rate = app.add_option("--rate", options.rate,
                                "Messages per second in total, each sent when it is due even if the server is slow; "
                                "0 = by --window, or idle without one")
                     ->check(CLI::NonNegativeNumber);
    auto* window =
        app.add_option("--window", options.window,
                       "Saturates the servers: each sender keeps this many of its messages without an ack or "
                       "not yet delivered to itself; 0 = by --rate");
    app.add_option("--payload", options.payload_bytes, "Bytes of text in a message")
        ->check(CLI::Range(static_cast<int>(Stamp::kBytes), 4096));
    app.add_option("--seconds", options.seconds, "Seconds to measure")->check(CLI::PositiveNumber);
    app.add_option("--warmup", options.warmup_seconds, "Seconds of the same load before; checked, but not timed")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--connect-rate", options.connect_rate, "Connects per second; 0 = as many as the servers accept")
        ->check(CLI::NonNegativeNumber);
    app.add_flag("--reconnect", options.reconnect,
                 "A client that is cut or told to reconnect connects to another server and resumes from its cursor");
    app.add_option("--room-prefix", options.room_prefix, "A room's name is PREFIX-RUN-NUMBER; RUN is new in each run");
    app.add_option("--processes", options.processes,
                   "Worker processes that share the rooms, for more connections than one process may have")
        ->check(CLI::Range(1, 1000));
    app.add_option("--pids", options.pids,
                   "Local processes by id or name; the report has their CPU and memory, summed by name")
        ->delimiter(',');
    app.add_option("--json", options.json_file, "Also write the results to this file");
    app.add_option("--html", options.html_file, "Also write the results to this file as a page with charts");
    app.parse(argc, argv);
    // --rate replaces the workload's window, and --window its rate.
    if (rate->count() > 0 && options.rate > 0 && window->count() == 0) options.window = 0;
    if (window->count() > 0 && options.window > 0 && rate->count() == 0) options.rate = 0;
    check(options);
    options.dialect = dialect_named(dialect);
    if (options.reconnect && !options.dialect->has_offsets()) {
      throw CLI::ValidationError(
          "--reconnect", "only with chat.v1, signalr and socketio: other dialects have no cursor to resume from");
    }
    for (const auto& url : urls) {
      auto& endpoint = options.endpoints.emplace_back(resolve(url));
      endpoint.path = options.dialect->path(std::move(endpoint.path));
      if (options.reconnect && names_room(endpoint.path)) {
        throw CLI::ValidationError("--reconnect",
                                   "not with {room} in the URL: a client that reconnects must send its cursor");
      }
    }
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

Options Options::part(std::uint32_t index) const {
  Options mine = *this;
  mine.worker = index;
  mine.rooms = rooms / processes + (index < rooms % processes ? 1 : 0);
  const double share = static_cast<double>(mine.rooms) / rooms;
  mine.rate *= share;
  mine.connect_rate *= share;
  if (rate > 0) mine.first_due_seconds = index / rate;
  return mine;
}

}  // namespace chat::load
