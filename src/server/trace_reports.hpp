#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/backplane/cluster_kv.hpp"
#include "chat/rooms/trace_sink.hpp"
#include "server/hop_json.hpp"

namespace chat {

class SpanExporter;

/// Puts the hops of traced messages into the store, where every node reads them for kKept. Thread: the backplane loop.
/// Owner: Node. Bound: kMaxUnderWay reports to the store; further ones are dropped and counted. In the store a message
/// has at most three reports of each node, of less than 1 KiB; TraceStarts bounds the messages a second.
class TraceReports final : public TraceSink {
 public:
  static constexpr Seconds kKept{300};
  static constexpr std::size_t kMaxUnderWay = 512;

  struct Parts {
    ClusterKv& kv;
    std::string node;                     // id
    std::string ack;                      // the level of acknowledgement
    std::function<ClockReading()> clock;  // of this node
    SpanExporter* exporter = nullptr;     // null: none
  };
  explicit TraceReports(Parts parts) : parts_(std::move(parts)) {}

  void on_intake(const Intake& intake) override;
  void on_delivery(const Delivery& delivery) override;
  void read(const std::string& room, const Position& position, Completion<std::vector<std::string>> done) override;

 private:
  void put(const std::string& room, const Position& position, std::string_view kind, std::string report);

  Parts parts_;
  std::size_t under_way_ = 0;
};

}  // namespace chat
