#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/base/rate_table.hpp"

namespace chat {

/// Decides which messages of a node are traced: those whose sender asks for it, and one in `sample` others (0: none);
/// at most kRate of clients' messages and kRate of the application's. A message above the rate is sent without a trace,
/// and counted. Thread: any. Owner: Node.
class TraceStarts {
 public:
  static constexpr RateLimit kRate{20, 100};

  TraceStarts(std::uint32_t sample, RateTable& rates, const Clock& clock)
      : sample_(sample), rates_(rates), clock_(clock) {}

  /// The traceparent of a message of a client; empty: it is not traced.
  std::string start(bool is_asked) { return is_asked || sample_ != 0 ? draw(is_asked) : std::string(); }
  /// The same of a message of the application, which has a trace of its own or none.
  std::string follow(std::string_view traceparent);

 private:
  enum class Budget : std::uint8_t { clients, application };

  std::string draw(bool is_asked);
  bool is_admitted(Budget budget);

  const std::uint32_t sample_;
  std::atomic<std::uint32_t> counted_{0};
  RateTable& rates_;
  const Clock& clock_;
};

}  // namespace chat
