#pragma once

#include <cstdint>
#include <vector>

#include "apps/load/check/results.hpp"
#include "apps/load/processes.hpp"

namespace chat::load {

/// What was used up to one moment; two of them make an interval.
struct Mark {
  std::int64_t time_ns = 0;
  std::int64_t own_cpu_us = 0;
  std::int64_t own_pss_bytes = 0;
  std::vector<Processes::Usage> processes;
  KernelMemory kernel;
};

/// A second of the run, all workers together.
struct Row {
  double at = 0;  // its end, in seconds since the first message was due
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

/// A whole run, all workers together.
struct Summary {
  Results results;
  std::vector<Row> rows;
  Mark before, joined, measure_start, measure_end, after;
  bool everybody_was_in = false;
  bool talked = false;
  bool interrupted = false;

  /// True if nothing was lost, repeated, out of order, refused, unanswered, misrouted or cut for good.
  bool is_clean() const;
};

}  // namespace chat::load
