#include "server/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/metrics.hpp"
#include "chat/server/version.hpp"
#include "server/process_figures.hpp"

namespace chat {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(const char* name, const char* help, MetricType type) { return {name, help, type, {{}}}; }

/// The labels of a metric's name: of `name{hook="join"}` hook.
std::vector<ClientMetric::Label> labels_of(std::string_view name) {
  std::vector<ClientMetric::Label> labels;
  for (auto rest = name.substr(std::min(name.find('{'), name.size())); rest.size() > 1;) {
    const auto equals = rest.find('=');
    const auto end = rest.find('"', equals + 2);
    labels.push_back({std::string(rest.substr(1, equals - 1)), std::string(rest.substr(equals + 2, end - equals - 2))});
    rest.remove_prefix(end + 1);
  }
  return labels;
}

double to_seconds(std::uint64_t microseconds) { return static_cast<double>(microseconds) / 1e6; }

ClientMetric to_metric(const metrics::Sample& sample) {
  ClientMetric metric;
  metric.label = labels_of(sample.name);
  if (sample.bounds.empty()) {
    metric.counter.value = static_cast<double>(sample.counts[0]);
    return metric;
  }
  ClientMetric::Histogram& values = metric.histogram;
  for (std::size_t i = 0; i < sample.counts.size(); ++i) {
    values.sample_count += sample.counts[i];
    const double bound =
        i < sample.bounds.size() ? to_seconds(sample.bounds[i]) : std::numeric_limits<double>::infinity();
    values.bucket.push_back({values.sample_count, bound});
  }
  values.sample_sum = to_seconds(sample.sum);
  return metric;
}

/// Adds a counter or a histogram of chat/base/metrics.hpp. Samples come in the order of their names, so
/// the metrics of a family stand together.
void add(std::vector<MetricFamily>& families, const metrics::Sample& sample) {
  const std::string_view name(sample.name);
  const std::string base(name.substr(0, name.find('{')));
  if (families.back().name != base) {
    families.push_back({base, sample.help, sample.bounds.empty() ? MetricType::Counter : MetricType::Histogram, {}});
  }
  families.back().metric.push_back(to_metric(sample));
}

}  // namespace

std::string to_prometheus(const NodeFigures& figures) {
  std::vector<MetricFamily> families;
  const auto gauge = [&families](const char* name, const char* help, double value) {
    families.push_back(family(name, help, MetricType::Gauge));
    families.back().metric[0].gauge.value = value;
  };
  gauge("chat_node_info", "Always 1; the node's id, its version, and how it sends", 1);
  families.back().metric[0].label = {
      {"node", figures.node}, {"sends", figures.sends}, {"version", std::string(version())}};
  gauge("chat_connections", "Connections of clients, whatever the transport", static_cast<double>(figures.connections));
  gauge("chat_rooms", "Rooms with members on this node", static_cast<double>(figures.rooms));
  gauge("chat_draining", "1 while the node is leaving", figures.draining ? 1 : 0);
  gauge("chat_ready", "1 while the node takes new clients, as /ready says", figures.ready ? 1 : 0);
  gauge("chat_backplane_available", "1 while messages can be stored", figures.backplane_available ? 1 : 0);
  gauge("chat_store_used_bytes", "Memory that the store uses, of several the fullest; 0: unknown",
        static_cast<double>(figures.store.used_bytes));
  gauge("chat_store_max_bytes", "Memory that the store may use; 0: unknown, or no limit",
        static_cast<double>(figures.store.max_bytes));
  gauge("chat_clock_ahead_seconds", "How far the node's clock is ahead of the store's", figures.clock_ahead);
  gauge("chat_inbox_waiting", "Entries of the inbox that this node has taken and not stored yet",
        static_cast<double>(figures.inbox_waiting));
  if (figures.hooks) {
    const HookFigures& hooks = *figures.hooks;
    gauge("chat_hook_events_waiting", "Events in the store that the application has not taken yet",
          static_cast<double>(hooks.waiting));
    gauge("chat_hook_events_dead", "Events that were given up or refused by the application, in the dead letters",
          static_cast<double>(hooks.dead));
    gauge("chat_hook_events_lost", "Events of the cluster that were lost because max_events waited, ever",
          static_cast<double>(hooks.lost));
    gauge("chat_hook_events_in_hand", "Events that this node has taken and the application has not",
          static_cast<double>(hooks.in_hand));
    families.push_back({"chat_hook_breaker_open", "1 while the calls of the hook fail at once", MetricType::Gauge, {}});
    for (const auto& [hook, is_open] : hooks.breakers) {
      ClientMetric metric;
      metric.label = {{"hook", hook}};
      metric.gauge.value = is_open ? 1 : 0;
      families.back().metric.push_back(std::move(metric));
    }
  }
  gauge("chat_start_time_seconds", "When the node started, in seconds since 1970", figures.started_at);
  families.push_back(family("chat_deliveries_total", "Messages handed to connections, one for each member of the room",
                            MetricType::Counter));
  families.back().metric[0].counter.value = static_cast<double>(figures.deliveries);
  const ProcessFigures process = process_figures();
  gauge("process_resident_memory_bytes", "Resident memory", static_cast<double>(process.resident_bytes));
  gauge("process_max_fds", "Descriptors that the process may have, one a connection",
        static_cast<double>(process.max_descriptors));
  families.push_back(family("process_cpu_seconds_total", "CPU time of all threads", MetricType::Counter));
  families.back().metric[0].counter.value = process.cpu_seconds;
  for (const auto& sample : metrics::collect()) add(families, sample);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace chat
