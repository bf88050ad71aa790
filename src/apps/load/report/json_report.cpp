#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "apps/load/report/report.hpp"

namespace chat::load {
namespace {

using Json = nlohmann::ordered_json;  // an engineer reads the file too: members keep the order of the run

Json tally(const Tally& counts) {
  Json object = Json::object();
  for (const auto& [phrase, count] : counts) object[phrase] = count;
  return object;
}

Json histogram(const Histogram& values) {
  return {{"count", values.count()},      {"p50", values.percentile(50)},     {"p90", values.percentile(90)},
          {"p99", values.percentile(99)}, {"p99_9", values.percentile(99.9)}, {"max", values.max()}};
}

Json latency(const Latency& values) {
  return {{"all", histogram(values.all())},
          {"same_node", histogram(values.same_node)},
          {"cross_node", histogram(values.cross_node)}};
}

Json faults(const Faults& counts) {
  return {{"lost", counts.lost}, {"duplicates", counts.duplicates}, {"out_of_order", counts.out_of_order}};
}

/// Counters since the program started. The reader of the report subtracts two marks to get an interval.
Json mark(const Mark& at, const Counts& so_far) {
  Json processes = Json::array();
  for (const auto& process : at.processes) {
    processes.push_back({{"name", process.name},
                         {"count", process.count},
                         {"cpu_us", process.cpu_us},
                         {"rss_bytes", process.rss_bytes},
                         {"pss_bytes", process.pss_bytes}});
  }
  return {{"time_ns", at.time_ns},
          {"sent", so_far.sent},
          {"delivered", so_far.delivered},
          {"own_cpu_us", at.own_cpu_us},
          {"own_pss_bytes", at.own_pss_bytes},
          {"kernel_slab_bytes", at.kernel.slab_bytes},
          {"kernel_socket_buffer_bytes", at.kernel.socket_buffer_bytes},
          {"processes", std::move(processes)}};
}

Json marks(const Summary& summary) {
  const Results& results = summary.results;
  return {{"before", mark(summary.before, {})},
          {"joined", mark(summary.joined, {})},
          {"measure_start", mark(summary.measure_start, results.at_measure_start)},
          {"measure_end", mark(summary.measure_end, results.at_measure_end)},
          {"after", mark(summary.after, results.total)}};
}

double round_to_milliseconds(double seconds) { return std::round(seconds * 1e3) / 1e3; }

Json seconds(const std::vector<Row>& rows) {
  Json array = Json::array();
  for (const auto& row : rows) {
    array.push_back({{"at", round_to_milliseconds(row.at)},
                     {"sent", row.so_far.sent},
                     {"delivered", row.so_far.delivered},
                     {"reconnects", row.reconnects},
                     {"p50", row.p50_us},
                     {"p99", row.p99_us},
                     {"undisturbed_p99", row.undisturbed_p99_us},
                     {"send_delay_p99", row.send_delay_p99_us}});
  }
  return array;
}

Json reconnects(const Results& results) {
  const auto at = [&results](std::int64_t ns) {
    return results.returns.reconnects == 0 ? 0 : round_to_milliseconds(static_cast<double>(ns) / 1e9);
  };
  return {{"count", results.returns.reconnects},
          {"first_at", at(results.returns.reconnected.first)},
          {"last_at", at(results.returns.reconnected.last)},
          {"time_us", histogram(results.returns.reconnect_time)},
          {"reasons", tally(results.returns.disconnects)},
          {"away_at_end", results.returns.away_at_end}};
}

}  // namespace

std::string json_report(const Options& options, const Summary& summary) {
  const Results& results = summary.results;
  const Json report = {
      {"workload", options.workload},
      {"rooms", options.rooms},
      {"clients_per_room", options.clients_per_room},
      {"senders_per_room", options.senders()},
      {"rate", options.rate},
      {"window", options.window},
      {"payload_bytes", options.payload_bytes},
      {"processes", options.processes},
      {"clients_by_node", tally(results.clients_by_node)},
      {"joined", results.joined},
      {"join_failures", tally(results.failures.join_failures)},
      {"sent", results.total.sent},
      {"sent_while_measuring", results.sent_while_measuring},
      {"acked", results.acked},
      {"refused", tally(results.failures.refused)},
      {"unanswered", results.unanswered},
      {"deliveries_expected", results.checks.expected},
      {"deliveries_got", results.checks.got},
      {"latency_from_due_us", latency(results.from_due)},
      {"latency_from_send_us", latency(results.from_send)},
      {"ack_us", histogram(results.ack)},
      {"send_delay_us", histogram(results.send_delay)},
      {"seconds", seconds(summary.rows)},
      {"marks", marks(summary)},
      {"reconnects", reconnects(results)},
      {"resent", results.returns.resent},
      {"resent_stored", results.returns.resent_stored},
      {"cut", tally(results.failures.cut)},
      {"unexpected", tally(results.failures.events)},
      {"duplicate_acks", results.failures.duplicate_acks},
      {"stored_though_refused", results.failures.stored_though_refused},
      {"misrouted", results.failures.misrouted},
      {"unreadable", results.failures.unreadable},
      {"foreign", results.foreign},
      {"by_offset", faults(results.checks.by_offset)},
      {"by_sender", faults(results.checks.by_sender)},
      {"abandoned_rooms", results.checks.abandoned_rooms},
      {"disagreements", results.checks.disagreements},
      {"interrupted", summary.interrupted},
      {"clean", summary.is_clean()},
  };
  // A server chooses the reason of a close frame: the report replaces bytes that are not UTF-8.
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace chat::load
