#include "server/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <string>

#include "chat/server/version.hpp"

namespace chat {

/// Scrapes are seconds apart, so the registry is made for each: nothing is counted twice, in two places.
std::string to_prometheus(const NodeFigures& figures) {
  prometheus::Registry registry;
  const auto gauge = [&registry](const char* name, const char* help, double value) {
    prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({}).Set(value);
  };
  prometheus::BuildGauge()
      .Name("chat_node_info")
      .Help("Always 1; what the node is: its id, its version, and how it sends")
      .Register(registry)
      .Add({{"node", figures.node}, {"version", std::string(version())}, {"sends", figures.sends}})
      .Set(1);
  gauge("chat_connections", "Connections of clients, whatever the transport", static_cast<double>(figures.connections));
  gauge("chat_rooms", "Rooms with members on this node", static_cast<double>(figures.rooms));
  gauge("chat_draining", "1 while the node is leaving", figures.draining ? 1 : 0);
  gauge("chat_backplane_available", "1 while messages can be stored", figures.backplane_available ? 1 : 0);
  gauge("chat_start_time_seconds", "When the node started, in seconds since 1970", figures.started_at);
  prometheus::BuildCounter()
      .Name("chat_deliveries_total")
      .Help("Messages handed to connections, one for each member of the room")
      .Register(registry)
      .Add({})
      .Increment(static_cast<double>(figures.deliveries));
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace chat
