#pragma once

#include <array>

#include "chat/base/metrics.hpp"
#include "chat/hooks/hook_event.hpp"
#include "chat/hooks/hook_failure.hpp"

namespace chat {

/// The counts of one hook. Lives as long as the process.
struct HookMetrics {
  Counter calls;
  std::array<Counter, HookFailure::kKinds> failures;
  Histogram latency;
};

/// Registered at the first call. Thread: any, the first call before other threads read metrics.
HookMetrics& metrics_of(HookEvent event);

/// "timeout", "connection", …
const char* to_text(HookFailure::Kind kind);

}  // namespace chat
