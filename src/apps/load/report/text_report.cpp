#include <string_view>

#include "apps/load/report/report.hpp"
#include "apps/load/report/text_histogram.hpp"
#include "apps/load/report/text_page.hpp"
#include "apps/load/report/text_tallies.hpp"

namespace chat::load {
namespace {

double per(std::int64_t amount, std::uint64_t count) {
  return count == 0 ? 0 : static_cast<double>(amount) / static_cast<double>(count);
}

double megabytes(std::int64_t bytes) { return static_cast<double>(bytes) / 1e6; }
double milliseconds(std::int64_t us) { return static_cast<double>(us) / 1e3; }
double seconds_between(const Mark& from, const Mark& to) {
  return static_cast<double>(to.time_ns - from.time_ns) / 1e9;
}

void joining(TextPage& page, const Options& options, const Summary& summary) {
  const Results& results = summary.results;
  page.line("{}: {} rooms of {} clients on {} servers, {} byte messages", options.workload, options.rooms,
            options.clients_per_room, options.endpoints.size(), options.payload_bytes);
  page.line("joined {} of {} in {:.2f} s", results.joined, options.clients(),
            seconds_between(summary.before, summary.joined));
  for (const auto& [node, count] : results.clients_by_node) page.line("    {}: {}", node, count);
  list(page, "could not join", results.failures.join_failures, "start the servers with --joins-per-second 0");
}

void latency_line(TextPage& page, std::string_view name, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  page.line("  {:<28} {:>10} {:>8} {:>8} {:>8} {:>8} {:>8}", name, histogram.count(), histogram.percentile(50),
            histogram.percentile(90), histogram.percentile(99), histogram.percentile(99.9), histogram.max());
}

void latency_lines(TextPage& page, std::string_view name, const Latency& latency, bool nodes_are_known) {
  latency_line(page, name, latency.all());
  if (!nodes_are_known) return;
  latency_line(page, "  same node", latency.same_node);
  latency_line(page, "  cross node", latency.cross_node);
}

void sending(TextPage& page, const Summary& summary) {
  const Results& results = summary.results;
  const double seconds = seconds_between(summary.measure_start, summary.measure_end);
  page.line("sent {} ({} measured in {:.1f} s{}), acked {}, refused {}, unanswered {}", results.total.sent,
            results.sent_while_measuring, seconds, summary.interrupted ? ", interrupted" : "", results.acked,
            total(results.failures.refused), results.unanswered);
  const auto measured = results.at_measure_end.delivered - results.at_measure_start.delivered;
  page.line("deliveries expected {}, got {}; {:.0f} a second while measured", results.checks.expected,
            results.checks.got, static_cast<double>(measured) / seconds);
  if (results.from_due.all().count() == 0) return;
  const bool nodes_are_known = !results.clients_by_node.empty();
  page.line("latency, µs {:>28} {:>8} {:>8} {:>8} {:>8} {:>8}", "count", "p50", "p90", "p99", "p99.9", "max");
  latency_lines(page, "delivery from due time", results.from_due, nodes_are_known);
  latency_lines(page, "delivery from send", results.from_send, nodes_are_known);
  latency_line(page, "answer from send", results.ack);
  latency_line(page, "send after due (this program)", results.send_delay);
  page.line("delivery from due time:\n{}", text_histogram(results.from_due.all()));
}

void costs(TextPage& page, const Options& options, const Summary& summary) {
  const auto joined = summary.results.joined;
  // Servers may free the buffers of the handshake after the joins: an idle run waits for it.
  const Mark& settled = options.is_idle() && summary.has_started ? summary.after : summary.joined;
  const auto measured = summary.results.at_measure_end.delivered - summary.results.at_measure_start.delivered;
  const double seconds = seconds_between(summary.measure_start, summary.measure_end);
  for (std::size_t i = 0; i < summary.before.processes.size(); ++i) {
    const auto& before = summary.before.processes[i];
    page.line("{} × {}:", before.count, before.name);
    page.line("    CPU per connect and join {:.1f} µs, PSS per connection {:.0f} bytes ({:.1f} MB → {:.1f} MB)",
              per(summary.joined.processes[i].cpu_us - before.cpu_us, joined),
              per(settled.processes[i].pss_bytes - before.pss_bytes, joined), megabytes(before.pss_bytes),
              megabytes(settled.processes[i].pss_bytes));
    if (!summary.has_started) continue;
    const auto cpu = summary.measure_end.processes[i].cpu_us - summary.measure_start.processes[i].cpu_us;
    const double busy = per(cpu, 10000) / seconds;
    if (measured == 0) {
      page.line("    CPU while idle {:.1f} % of a core", busy);
    } else {
      page.line("    CPU per delivery {:.3f} µs, {:.0f} deliveries per CPU-second, {:.0f} % of a core",
                per(cpu, measured), cpu == 0 ? 0 : static_cast<double>(measured) * 1e6 / static_cast<double>(cpu),
                busy);
    }
  }
  const auto kernel = settled.kernel.slab_bytes - summary.before.kernel.slab_bytes;
  if (kernel > 0) {  // otherwise other programs have freed more than the connections took
    page.line("kernel, both ends of a connection: {:.0f} bytes; socket buffers in all {:.1f} MB", per(kernel, joined),
              megabytes(settled.kernel.socket_buffer_bytes));
  }
  page.line("this program: {:.1f} MB in {} processes, {:.0f} bytes a client", megabytes(settled.own_pss_bytes),
            options.processes, per(settled.own_pss_bytes, joined));
  if (!summary.has_started) return;
  page.line("    {:.0f} % of a core while measured",
            per(summary.measure_end.own_cpu_us - summary.measure_start.own_cpu_us, 10000) / seconds);
}

void returning(TextPage& page, const Results& results) {
  if (results.returns.disconnects.empty()) return;
  list(page, "connections lost", results.returns.disconnects);
  if (results.returns.reconnects > 0) {
    page.line(
        "came back {}, between {:.2f} and {:.2f} s; from the cut until caught up p50 {:.1f} p99 {:.1f} max {:.1f} ms",
        results.returns.reconnects, static_cast<double>(results.returns.reconnected.first) / 1e9,
        static_cast<double>(results.returns.reconnected.last) / 1e9,
        milliseconds(results.returns.reconnect_time.percentile(50)),
        milliseconds(results.returns.reconnect_time.percentile(99)),
        milliseconds(results.returns.reconnect_time.max()));
  }
  page.line("messages sent again {}, of these stored before {}", results.returns.resent, results.returns.resent_stored);
  if (results.returns.away_at_end > 0) page.line("clients still away at the end: {}", results.returns.away_at_end);
}

void complaints(TextPage& page, const Results& results) {
  list(page, "refused", results.failures.refused, "start the servers with --messages-per-second 0");
  if (results.failures.stored_though_refused > 0) {
    page.line("    of these stored all the same: {}", results.failures.stored_though_refused);
  }
  list(page, "connections cut", results.failures.cut,
       "start the servers with --joins-per-second 0 --messages-per-second 0");
  list(page, "unexpected from the servers", results.failures.events);
  const auto unless_zero = [&page](std::string_view name, std::uint64_t count) {
    if (count > 0) page.line("{}: {}", name, count);
  };
  unless_zero("acked as duplicates though sent once", results.failures.duplicate_acks);
  unless_zero("deliveries in the wrong room", results.failures.misrouted);
  unless_zero("frames that this program cannot read", results.failures.unreadable);
  unless_zero("rooms that lost messages and are not checked", results.checks.abandoned_rooms);
  unless_zero("deliveries of other programs' messages in these rooms", results.foreign);
}

void verdict(TextPage& page, const Options& options, const Results& results) {
  const auto line = [&page](std::string_view prefix, const Faults& faults) {
    page.line("{}lost {} duplicates {} out-of-order {}", prefix, faults.lost, faults.duplicates, faults.out_of_order);
  };
  if (options.dialect->has_offsets()) {
    line("by offset: ", results.checks.by_offset);
    line("by sender: ", results.checks.by_sender);
    page.line("disagreements between members about the message at an offset: {}", results.checks.disagreements);
  }
  line("", results.checks.faults());
}

}  // namespace

std::string text_report(const Options& options, const Summary& summary) {
  const bool was_checked = summary.has_started && !options.is_idle();
  TextPage page;
  joining(page, options, summary);
  if (was_checked) sending(page, summary);
  costs(page, options, summary);
  returning(page, summary.results);
  complaints(page, summary.results);
  if (was_checked) verdict(page, options, summary.results);
  return page.take();
}

}  // namespace chat::load
