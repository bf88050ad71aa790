#include "chat/rooms/trace_starts.hpp"

#include "chat/base/metrics.hpp"
#include "chat/core/trace_mark.hpp"

namespace chat {
namespace {

Counter started{"chat_traces_total", "Messages that this node has traced from their sender on"};
Counter refused{"chat_traces_refused_total", "Messages without a trace, because this node has traced too many"};

}  // namespace

/// Traces that clients ask for leave those of the application alone.
bool TraceStarts::is_admitted(Budget budget) {
  const auto key = static_cast<std::uint64_t>(budget);
  const bool is_admitted = rates_.take(RateTable::Kind::traces, key, kRate, clock_.now()) == Milliseconds{0};
  (is_admitted ? started : refused).add();
  return is_admitted;
}

std::string TraceStarts::draw(bool is_asked) {
  if (!is_asked && counted_.fetch_add(1, std::memory_order_relaxed) % sample_ != 0) return {};
  return is_admitted(Budget::clients) ? new_traceparent() : std::string();
}

std::string TraceStarts::follow(std::string_view traceparent) {
  if (!is_traceparent(traceparent)) return start(false);
  return is_sampled(traceparent) && is_admitted(Budget::application) ? child_of(traceparent) : std::string();
}

}  // namespace chat
