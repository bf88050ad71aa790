#include "apps/load/report.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace chat::load {
namespace {

/// Collects lines.
class Page {
 public:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

struct Hint {
  std::string_view sign;
  std::string_view advice;
};

constexpr std::array kHints = {
    Hint{"4429", "start the servers with --max-connections-per-address 0 and a --max-connections that is high enough"},
    Hint{"HTTP/1.1 429", "start the servers with --max-connections-per-address 0"},
    Hint{"HTTP/1.1 503", "the server takes no more clients: see its --max-connections and its log"},
    Hint{"4008", "the server found this client too slow: fewer clients or a smaller --window"},
    Hint{"busy", "more messages are under way than the server takes: a smaller --window or --rate"},
    Hint{"Connection refused", "nothing listens there: see --url"},
};

void advise(Page& page, const Tally& tally, std::string_view rate_limited_advice) {
  for (const auto& [phrase, count] : tally) {
    if (phrase.starts_with("rate_limited")) page.line("    → {}", rate_limited_advice);
    for (const auto& hint : kHints) {
      if (phrase.find(hint.sign) != std::string::npos) page.line("    → {}", hint.advice);
    }
  }
}

void list(Page& page, std::string_view title, const Tally& tally) {
  if (tally.empty()) return;
  page.line("{} {}:", title, total(tally));
  for (const auto& [phrase, count] : tally) page.line("    {} × {}", count, phrase);
}

void latency_line(Page& page, std::string_view name, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  page.line("  {:<28} {:>10} {:>8} {:>8} {:>8} {:>8} {:>8}", name, histogram.count(), histogram.percentile(50),
            histogram.percentile(90), histogram.percentile(99), histogram.percentile(99.9), histogram.max());
}

Histogram all(const Latency& latency) {
  Histogram histogram = latency.same_node;
  histogram.merge(latency.cross_node);
  return histogram;
}

void faults_line(Page& page, std::string_view prefix, const Faults& faults) {
  page.line("{}lost {} duplicates {} out-of-order {}", prefix, faults.lost, faults.duplicates, faults.out_of_order);
}

void latencies(Page& page, const Results& results) {
  if (results.seconds.empty() || all(results.from_due).count() == 0) return;
  page.line("latency, µs {:>28} {:>8} {:>8} {:>8} {:>8} {:>8}", "count", "p50", "p90", "p99", "p99.9", "max");
  latency_line(page, "delivery from due time", all(results.from_due));
  latency_line(page, "  same node", results.from_due.same_node);
  latency_line(page, "  cross node", results.from_due.cross_node);
  latency_line(page, "delivery from send", all(results.from_send));
  latency_line(page, "  same node", results.from_send.same_node);
  latency_line(page, "  cross node", results.from_send.cross_node);
  latency_line(page, "ack from send", results.ack);
  latency_line(page, "send after due (this program)", results.send_delay);
}

double seconds_between(const Mark& from, const Mark& to) {
  return static_cast<double>(to.time_ns - from.time_ns) / 1e9;
}

double per(std::int64_t amount, std::uint64_t count) {
  return count == 0 ? 0 : static_cast<double>(amount) / static_cast<double>(count);
}

void process_lines(Page& page, const Results& results, bool is_idle) {
  const auto& before = results.before.processes;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto& joined = results.joined_all.processes[i];
    // Servers may free the buffers of the handshake a little later: after an idle run that has happened.
    const auto& settled = is_idle && !results.after.processes.empty() ? results.after.processes[i] : joined;
    page.line("{} × {}:", before[i].count, before[i].name);
    page.line("    CPU per connect and join {:.1f} µs, PSS per connection {:.0f} bytes ({:.1f} MB → {:.1f} MB)",
              per(joined.cpu_us - before[i].cpu_us, results.joined),
              per(settled.pss_bytes - before[i].pss_bytes, results.joined),
              static_cast<double>(before[i].pss_bytes) / 1e6, static_cast<double>(settled.pss_bytes) / 1e6);
    if (results.measure_end.processes.empty()) continue;
    const auto cpu = results.measure_end.processes[i].cpu_us - results.measure_start.processes[i].cpu_us;
    const auto got = results.measure_end.got - results.measure_start.got;
    const double busy = per(cpu, 10000) / seconds_between(results.measure_start, results.measure_end);
    if (got == 0) {
      page.line("    CPU while idle {:.1f} % of a core", busy);
    } else {
      page.line("    CPU per delivery {:.3f} µs, {:.0f} deliveries per CPU-second, {:.0f} % of a core", per(cpu, got),
                cpu == 0 ? 0 : static_cast<double>(got) * 1e6 / static_cast<double>(cpu), busy);
    }
  }
}

}  // namespace

bool is_clean(const Results& results, const Checker& checker) {
  const Faults faults = checker.faults();
  return faults.lost + faults.duplicates + faults.out_of_order + checker.disagreements() + results.unanswered +
             results.duplicate_acks + results.misrouted + results.unreadable + total(results.refused) +
             total(results.cut) + total(results.join_failures) + total(results.events) ==
         0;
}

std::string text_report(const Options& options, const Results& results, const Checker& checker) {
  Page page;
  page.line("{}: {} rooms of {} clients on {} servers, {} byte messages", options.workload, options.rooms,
            options.clients_per_room, options.endpoints.size(), options.payload_bytes);
  page.line("joined {} of {} in {:.2f} s", results.joined, options.clients(),
            seconds_between(results.before, results.joined_all));
  for (const auto& [node, count] : results.clients_by_node) page.line("    {}: {}", node, count);
  list(page, "could not join", results.join_failures);
  advise(page, results.join_failures, "start the servers with --joins-per-second 0");

  const bool talked = results.measure_end.time_ns != 0;
  if (talked && !options.is_idle()) {
    const double seconds = seconds_between(results.measure_start, results.measure_end);
    page.line("sent {} ({} measured in {:.1f} s{}), acked {}, refused {}, unanswered {}", results.sent,
              results.sent_while_measuring, seconds, results.interrupted ? ", interrupted" : "", results.acked,
              total(results.refused), results.unanswered);
    page.line("deliveries expected {}, got {}; {:.0f} a second while measured", checker.expected(), checker.got(),
              per(static_cast<std::int64_t>(results.measure_end.got - results.measure_start.got), 1) / seconds);
    latencies(page, results);
  }
  if (talked) {
    page.line("this program: {:.0f} % of a core while measured",
              per(results.measure_end.own_cpu_us - results.measure_start.own_cpu_us, 10000) /
                  seconds_between(results.measure_start, results.measure_end));
  }
  process_lines(page, results, options.is_idle());

  list(page, "refused", results.refused);
  advise(page, results.refused, "start the servers with --messages-per-second 0");
  if (results.stored_though_refused > 0)
    page.line("    of these stored all the same: {}", results.stored_though_refused);
  list(page, "connections cut", results.cut);
  advise(page, results.cut, "start the servers with --joins-per-second 0 --messages-per-second 0");
  list(page, "unexpected from the servers", results.events);
  if (results.duplicate_acks > 0) page.line("acked as duplicates though sent once: {}", results.duplicate_acks);
  if (results.misrouted > 0) page.line("deliveries in the wrong room: {}", results.misrouted);
  if (results.unreadable > 0) page.line("frames that are not a chat.v1 object: {}", results.unreadable);
  if (results.foreign > 0) page.line("messages of other programs in these rooms: {} deliveries", results.foreign);
  if (!talked || options.is_idle()) return page.take();
  faults_line(page, "by offset: ", checker.by_offset());
  faults_line(page, "by sender: ", checker.by_sender());
  page.line("disagreements between members about what an offset holds: {}", checker.disagreements());
  faults_line(page, "", checker.faults());
  return page.take();
}

}  // namespace chat::load
