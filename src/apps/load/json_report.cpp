#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>

#include "apps/load/report.hpp"

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
  Histogram all = values.same_node;
  all.merge(values.cross_node);
  return fmt::format(R"({{"all":{},"same_node":{},"cross_node":{}}})", histogram(all), histogram(values.same_node),
                     histogram(values.cross_node));
}

std::string faults(const Faults& counts) {
  return fmt::format(R"({{"lost":{},"duplicates":{},"out_of_order":{}}})", counts.lost, counts.duplicates,
                     counts.out_of_order);
}

/// Counters since the program started, so that any interval can be worked out of two marks.
std::string mark(const Mark& at) {
  std::string processes;
  for (const auto& process : at.processes) {
    fmt::format_to(std::back_inserter(processes), R"({}{{"name":{},"count":{},"cpu_us":{},"pss_bytes":{}}})",
                   processes.empty() ? "" : ",", quoted(process.name), process.count, process.cpu_us,
                   process.pss_bytes);
  }
  return fmt::format(R"({{"time_ns":{},"sent":{},"delivered":{},"own_cpu_us":{},"processes":[{}]}})", at.time_ns,
                     at.sent, at.got, at.own_cpu_us, processes);
}

std::string seconds(const std::vector<Second>& rows) {
  std::string out;
  for (const auto& row : rows) {
    fmt::format_to(std::back_inserter(out), R"({}{{"at":{:.3f},"sent":{},"delivered":{},"p50":{},"p99":{}}})",
                   out.empty() ? "" : ",", row.at, row.sent, row.delivered, row.p50_us, row.p99_us);
  }
  return "[" + out + "]";
}

}  // namespace

std::string json_report(const Options& options, const Results& results, const Checker& checker) {
  std::string fields;
  const auto field = [&fields](std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(fields), "{}\n  {}: {}", fields.empty() ? "" : ",", quoted(name), value);
  };
  field("workload", quoted(options.workload));
  field("rooms", std::to_string(options.rooms));
  field("clients_per_room", std::to_string(options.clients_per_room));
  field("senders_per_room", std::to_string(options.senders()));
  field("rate", fmt::format("{}", options.rate));
  field("window", std::to_string(options.window));
  field("payload_bytes", std::to_string(options.payload_bytes));
  field("clients_by_node", tally(results.clients_by_node));
  field("joined", std::to_string(results.joined));
  field("join_failures", tally(results.join_failures));
  field("sent", std::to_string(results.sent));
  field("sent_while_measuring", std::to_string(results.sent_while_measuring));
  field("acked", std::to_string(results.acked));
  field("refused", tally(results.refused));
  field("unanswered", std::to_string(results.unanswered));
  field("deliveries_expected", std::to_string(checker.expected()));
  field("deliveries_got", std::to_string(checker.got()));
  field("latency_from_due_us", latency(results.from_due));
  field("latency_from_send_us", latency(results.from_send));
  field("ack_us", histogram(results.ack));
  field("send_delay_us", histogram(results.send_delay));
  field("seconds", seconds(results.seconds));
  field("marks", fmt::format(R"({{"before":{},"joined":{},"measure_start":{},"measure_end":{},"after":{}}})",
                             mark(results.before), mark(results.joined_all), mark(results.measure_start),
                             mark(results.measure_end), mark(results.after)));
  field("cut", tally(results.cut));
  field("unexpected", tally(results.events));
  field("duplicate_acks", std::to_string(results.duplicate_acks));
  field("stored_though_refused", std::to_string(results.stored_though_refused));
  field("misrouted", std::to_string(results.misrouted));
  field("unreadable", std::to_string(results.unreadable));
  field("foreign", std::to_string(results.foreign));
  field("by_offset", faults(checker.by_offset()));
  field("by_sender", faults(checker.by_sender()));
  field("disagreements", std::to_string(checker.disagreements()));
  field("interrupted", results.interrupted ? "true" : "false");
  field("clean", is_clean(results, checker) ? "true" : "false");
  return "{" + fields + "\n}\n";
}

}  // namespace chat::load
