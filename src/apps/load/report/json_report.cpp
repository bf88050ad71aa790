#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>

#include "apps/load/report/report.hpp"

namespace chat::load {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string tally(const Tally& counts) {
  std::string out;
  for (const auto& [phrase, count] : counts) {
    fmt::format_to(std::back_inserter(out), "{}{}:{}", out.empty() ? "" : ",", quoted(phrase), count);
  }
  return "{" + out + "}";
}

std::string histogram(const Histogram& values) {
  return fmt::format(R"({{"count":{},"p50":{},"p90":{},"p99":{},"p99_9":{},"max":{}}})", values.count(),
                     values.percentile(50), values.percentile(90), values.percentile(99), values.percentile(99.9),
                     values.max());
}

std::string latency(const Latency& values) {
  return fmt::format(R"({{"all":{},"same_node":{},"cross_node":{}}})", histogram(values.all()),
                     histogram(values.same_node), histogram(values.cross_node));
}

std::string faults(const Faults& counts) {
  return fmt::format(R"({{"lost":{},"duplicates":{},"out_of_order":{}}})", counts.lost, counts.duplicates,
                     counts.out_of_order);
}

/// Counters since the program started, so that any interval can be worked out of two marks.
std::string mark(const Mark& at, const Counts& so_far) {
  std::string processes;
  for (const auto& process : at.processes) {
    fmt::format_to(std::back_inserter(processes),
                   R"({}{{"name":{},"count":{},"cpu_us":{},"rss_bytes":{},"pss_bytes":{}}})",
                   processes.empty() ? "" : ",", quoted(process.name), process.count, process.cpu_us, process.rss_bytes,
                   process.pss_bytes);
  }
  return fmt::format(
      R"({{"time_ns":{},"sent":{},"delivered":{},"own_cpu_us":{},"own_pss_bytes":{},"kernel_slab_bytes":{},)"
      R"("kernel_socket_buffer_bytes":{},"processes":[{}]}})",
      at.time_ns, so_far.sent, so_far.delivered, at.own_cpu_us, at.own_pss_bytes, at.kernel.slab_bytes,
      at.kernel.socket_buffer_bytes, processes);
}

std::string marks(const Summary& summary) {
  const Results& results = summary.results;
  return fmt::format(R"({{"before":{},"joined":{},"measure_start":{},"measure_end":{},"after":{}}})",
                     mark(summary.before, {}), mark(summary.joined, {}),
                     mark(summary.measure_start, results.at_measure_start),
                     mark(summary.measure_end, results.at_measure_end), mark(summary.after, results.total));
}

std::string seconds(const std::vector<Row>& rows) {
  std::string out;
  for (const auto& row : rows) {
    fmt::format_to(std::back_inserter(out),
                   R"({}{{"at":{:.3f},"sent":{},"delivered":{},"reconnects":{},"p50":{},"p99":{},)"
                   R"("undisturbed_p99":{},"send_delay_p99":{}}})",
                   out.empty() ? "" : ",", row.at, row.so_far.sent, row.so_far.delivered, row.reconnects, row.p50_us,
                   row.p99_us, row.undisturbed_p99_us, row.send_delay_p99_us);
  }
  return "[" + out + "]";
}

std::string reconnects(const Results& results) {
  const auto at = [&](std::int64_t ns) { return results.reconnects == 0 ? 0 : static_cast<double>(ns) / 1e9; };
  return fmt::format(R"({{"count":{},"first_at":{:.3f},"last_at":{:.3f},"time_us":{},"reasons":{},"away_at_end":{}}})",
                     results.reconnects, at(results.reconnected.first), at(results.reconnected.last),
                     histogram(results.reconnect_time), tally(results.disconnects), results.away_at_end);
}

}  // namespace

std::string json_report(const Options& options, const Summary& summary) {
  const Results& results = summary.results;
  std::string fields;
  const auto field = [&fields](std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(fields), "{}\n  {}: {}", fields.empty() ? "" : ",", quoted(name), value);
  };
  const auto number = [&field](std::string_view name, std::uint64_t value) { field(name, std::to_string(value)); };
  field("workload", quoted(options.workload));
  number("rooms", options.rooms);
  number("clients_per_room", options.clients_per_room);
  number("senders_per_room", options.senders());
  field("rate", fmt::format("{}", options.rate));
  number("window", options.window);
  number("payload_bytes", options.payload_bytes);
  number("processes", options.processes);
  field("clients_by_node", tally(results.clients_by_node));
  number("joined", results.joined);
  field("join_failures", tally(results.join_failures));
  number("sent", results.total.sent);
  number("sent_while_measuring", results.sent_while_measuring);
  number("acked", results.acked);
  field("refused", tally(results.refused));
  number("unanswered", results.unanswered);
  number("deliveries_expected", results.expected);
  number("deliveries_got", results.got);
  field("latency_from_due_us", latency(results.from_due));
  field("latency_from_send_us", latency(results.from_send));
  field("ack_us", histogram(results.ack));
  field("send_delay_us", histogram(results.send_delay));
  field("seconds", seconds(summary.rows));
  field("marks", marks(summary));
  field("reconnects", reconnects(results));
  number("resent", results.resent);
  number("resent_stored", results.resent_stored);
  field("cut", tally(results.cut));
  field("unexpected", tally(results.events));
  number("duplicate_acks", results.duplicate_acks);
  number("stored_though_refused", results.stored_though_refused);
  number("misrouted", results.misrouted);
  number("unreadable", results.unreadable);
  number("foreign", results.foreign);
  field("by_offset", faults(results.by_offset));
  field("by_sender", faults(results.by_sender));
  number("abandoned_rooms", results.abandoned_rooms);
  number("disagreements", results.disagreements);
  field("interrupted", summary.interrupted ? "true" : "false");
  field("clean", summary.is_clean() ? "true" : "false");
  return "{" + fields + "\n}\n";
}

}  // namespace chat::load
