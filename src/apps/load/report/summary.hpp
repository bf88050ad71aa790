#pragma once

#include <cstdint>
#include <vector>

#include "apps/load/check/results.hpp"
#include "apps/load/processes.hpp"

namespace chat::load {

/// Resources used up to one moment; two marks make an interval.
struct Mark {
  std::int64_t time_ns = 0;
  std::int64_t own_cpu_us = 0;
  std::int64_t own_pss_bytes = 0;
  std::vector<Processes::Usage> processes;
  KernelMemory kernel;
};

/// One second of the run, summed over all workers.
struct Row {
  double at = 0;  // end of the second, in seconds since the first message was due
  Counts so_far;
  std::uint64_t reconnects = 0;
  std::uint64_t away = 0;
  std::uint64_t gone = 0;
  std::int64_t p50_us = 0;
  std::int64_t p99_us = 0;
  std::int64_t undisturbed_p99_us = 0;
  std::int64_t send_delay_p99_us = 0;
  Mark mark;
};

/// A whole run, summed over all workers.
struct Summary {
  Results results;
  std::vector<Row> rows;
  Mark before, joined, measure_start, measure_end, after;
  bool all_joined = false;
  bool has_started = false;  // the workers got the start signal
  bool interrupted = false;

  /// True if no message was lost, repeated, out of order, refused, unanswered or misrouted, and no connection was cut
  /// for good.
  bool is_clean() const;
};

}  // namespace chat::load
