#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/load/report/chart.hpp"
#include "apps/load/report/report.hpp"

namespace chat::load {
namespace {

constexpr std::string_view kHead = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>chat-load</title><style>
:root { color-scheme: light dark; --text: #222; --soft: #666; --grid: #ddd; --back: #fff; --good: #2a8a4a; --bad: #c33;
  --c0: #1f6fb4; --c1: #c8641a; --c2: #2a8a4a; --c3: #8a4fb0; --c4: #777; }
@media (prefers-color-scheme: dark) { :root { --text: #ddd; --soft: #999; --grid: #333; --back: #161616; --good: #5cc27e;
  --bad: #f07070; --c0: #6fb1ea; --c1: #f0a060; --c2: #70cc8c; --c3: #c59be6; --c4: #aaa; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 48rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.4rem; margin-bottom: 0; } .clean { color: var(--good); } .faulty { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .8rem; }
dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
figure { margin: 2rem 0 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
svg text { font-size: 11px; fill: var(--soft); } .y { text-anchor: end; } .x { text-anchor: middle; } .grid { stroke: var(--grid); }
polyline { fill: none; stroke-width: 1.6; } .legend { margin: 0; font-size: .85rem; } .legend span { margin-right: 1rem; }
polyline.s0 { stroke: var(--c0); } polyline.s1 { stroke: var(--c1); } polyline.s2 { stroke: var(--c2); }
polyline.s3 { stroke: var(--c3); } polyline.s4 { stroke: var(--c4); }
rect.s0, .legend .s0 { fill: var(--c0); color: var(--c0); } .legend .s1 { color: var(--c1); } .legend .s2 { color: var(--c2); }
.legend .s3 { color: var(--c3); } .legend .s4 { color: var(--c4); }
pre { overflow-x: auto; font-size: .8rem; } summary { cursor: pointer; margin-top: 2rem; }
</style></head><body>
)html";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

double milliseconds(std::int64_t us) { return static_cast<double>(us) / 1e3; }

std::string figures(const Options& options, const Summary& summary) {
  const Results& results = summary.results;
  const Histogram latency = results.from_due.all();
  const auto faults = results.checks.faults();
  std::string out = "<dl>";
  const auto figure = [&out](std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(out), "<div><dt>{}</dt><dd>{}</dd></div>", name, value);
  };
  figure("clients", fmt::format("{} of {}", results.joined, options.clients()));
  figure("messages sent", std::to_string(results.total.sent));
  figure("deliveries", std::to_string(results.checks.got));
  figure("p50", fmt::format("{:.2f} ms", milliseconds(latency.percentile(50))));
  figure("p99", fmt::format("{:.2f} ms", milliseconds(latency.percentile(99))));
  figure("lost", std::to_string(faults.lost));
  figure("repeated", std::to_string(faults.duplicates));
  figure("out of order", std::to_string(faults.out_of_order));
  if (results.returns.reconnects > 0) figure("came back", std::to_string(results.returns.reconnects));
  return out + "</dl>\n";
}

/// The line of one value of each row.
template <typename Value>
Chart::Series over_time(std::string name, const std::vector<Row>& rows, Value value) {
  Chart::Series series{std::move(name), {}};
  for (const auto& row : rows) series.points.emplace_back(row.at, value(row));
  return series;
}

Chart latency_chart(const Summary& summary) {
  Chart chart{"Latency from due time over time, ms", time_ticks(summary.rows.back().at), {}, true};
  chart.series.push_back(over_time("p50", summary.rows, [](const Row& row) { return milliseconds(row.p50_us); }));
  chart.series.push_back(over_time("p99", summary.rows, [](const Row& row) { return milliseconds(row.p99_us); }));
  if (summary.results.returns.reconnects > 0) {
    chart.series.push_back(over_time("p99 from and to clients that stayed", summary.rows,
                                     [](const Row& row) { return milliseconds(row.undisturbed_p99_us); }));
  }
  return chart;
}

/// The x axis stretches towards 100 %: each further nine takes the same width.
Chart percentile_chart(const Results& results) {
  constexpr double kFinest = 4;  // 99.99 %
  Chart chart{"Latency by percentile, ms", {}, {}, true};
  chart.ticks = {{0, "0 %"}, {0.301, "50 %"}, {1, "90 %"}, {2, "99 %"}, {3, "99.9 %"}, {kFinest, "99.99 %"}};
  const auto add = [&chart](std::string name, const Histogram& histogram) {
    if (histogram.count() == 0) return;
    Chart::Series series{std::move(name), {}};
    for (double at = 0; at <= kFinest + 0.01; at += 0.05) {
      series.points.emplace_back(at, milliseconds(histogram.percentile(100 - 100 * std::pow(10, -at))));
    }
    chart.series.push_back(std::move(series));
  };
  add("from due time, all", results.from_due.all());
  if (!results.clients_by_node.empty()) {
    add("same node", results.from_due.same_node);
    add("cross node", results.from_due.cross_node);
  }
  add("answers, from send", results.ack);
  return chart;
}

Chart rate_chart(const Summary& summary) {
  Chart chart{"Deliveries a second", time_ticks(summary.rows.back().at), {}};
  std::uint64_t before = 0;
  chart.series.push_back(over_time("delivered", summary.rows, [&before](const Row& row) {
    return static_cast<double>(row.so_far.delivered - std::exchange(before, row.so_far.delivered));
  }));
  return chart;
}

Chart cpu_chart(const Summary& summary) {
  Chart chart{"CPU, % of a core", time_ticks(summary.rows.back().at), {}};
  const auto add = [&](const std::string& name, auto used) {
    const Mark* before = &summary.joined;
    chart.series.push_back(over_time(name, summary.rows, [&before, &used](const Row& row) {
      const auto cpu_us = used(row.mark) - used(*before);
      const auto time_ns = row.mark.time_ns - std::exchange(before, &row.mark)->time_ns;
      return 1e5 * static_cast<double>(cpu_us) / static_cast<double>(time_ns);
    }));
  };
  for (std::size_t i = 0; i < summary.joined.processes.size(); ++i) {
    add(escaped(summary.joined.processes[i].name), [i](const Mark& mark) { return mark.processes[i].cpu_us; });
  }
  add("this program", [](const Mark& mark) { return mark.own_cpu_us; });
  return chart;
}

Chart memory_chart(const Summary& summary) {
  Chart chart{"Resident memory, MB", time_ticks(summary.rows.back().at), {}};
  for (std::size_t i = 0; i < summary.joined.processes.size(); ++i) {
    chart.series.push_back(over_time(escaped(summary.joined.processes[i].name), summary.rows, [i](const Row& row) {
      return static_cast<double>(row.mark.processes[i].rss_bytes) / 1e6;
    }));
  }
  return chart;
}

Chart reconnect_chart(const Summary& summary) {
  Chart chart{"Clients that came back, a second", time_ticks(summary.rows.back().at), {}};
  chart.has_bars = true;
  chart.series.push_back(
      over_time("came back", summary.rows, [](const Row& row) { return static_cast<double>(row.reconnects); }));
  return chart;
}

}  // namespace

std::string html_report(const Options& options, const Summary& summary) {
  std::string out(kHead);
  const bool is_clean = summary.all_joined && summary.is_clean();
  fmt::format_to(std::back_inserter(out), "<h1>{}: {} rooms of {} clients on {} servers</h1>\n",
                 escaped(options.workload), options.rooms, options.clients_per_room, options.endpoints.size());
  fmt::format_to(std::back_inserter(out), R"(<p class="{}">{}</p>)", is_clean ? "clean" : "faulty",
                 is_clean ? "No message was lost, repeated, out of order or refused, and no connection was cut."
                          : "The run found faults, see below.");
  out += figures(options, summary);
  if (!summary.rows.empty()) {
    if (summary.results.checks.got > 0) {
      out += latency_chart(summary).svg();
      out += percentile_chart(summary.results).svg();
      out += rate_chart(summary).svg();
    }
    if (summary.results.returns.reconnects > 0) out += reconnect_chart(summary).svg();
    out += cpu_chart(summary).svg();
    if (!summary.joined.processes.empty()) out += memory_chart(summary).svg();
  }
  fmt::format_to(std::back_inserter(out), "<details{}><summary>The report as text</summary><pre>{}</pre></details>\n",
                 is_clean ? "" : " open", escaped(text_report(options, summary)));
  return out + "</body></html>\n";
}

}  // namespace chat::load
