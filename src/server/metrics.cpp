#include "server/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <string>
#include <vector>

#include "chat/base/metrics.hpp"
#include "chat/server/version.hpp"

namespace chat {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(const char* name, const char* help, MetricType type) { return {name, help, type, {{}}}; }

/// What the code counts where it happens, see chat/base/metrics.hpp.
MetricFamily to_family(const metrics::Sample& sample) {
  if (sample.bounds.empty()) {
    auto counter = family(sample.name, sample.help, MetricType::Counter);
    counter.metric[0].counter.value = static_cast<double>(sample.counts[0]);
    return counter;
  }
  auto histogram = family(sample.name, sample.help, MetricType::Histogram);
  ClientMetric::Histogram& values = histogram.metric[0].histogram;
  for (std::size_t i = 0; i < sample.counts.size(); ++i) {
    values.sample_count += sample.counts[i];
    const double bound =
        i < sample.bounds.size() ? static_cast<double>(sample.bounds[i]) : std::numeric_limits<double>::infinity();
    values.bucket.push_back({values.sample_count, bound});
  }
  values.sample_sum = static_cast<double>(sample.sum);
  return histogram;
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
  gauge("chat_backplane_available", "1 while messages can be stored", figures.backplane_available ? 1 : 0);
  gauge("chat_start_time_seconds", "When the node started, in seconds since 1970", figures.started_at);
  families.push_back(family("chat_deliveries_total", "Messages handed to connections, one for each member of the room",
                            MetricType::Counter));
  families.back().metric[0].counter.value = static_cast<double>(figures.deliveries);
  for (const auto& sample : metrics::collect()) families.push_back(to_family(sample));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace chat
