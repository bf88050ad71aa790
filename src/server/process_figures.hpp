#pragma once

#include <cstdint>

namespace chat {

/// The memory, time and descriptors that this process uses. Thread: any. 0: the system does not say.
struct ProcessFigures {
  std::uint64_t resident_bytes = 0;
  double cpu_seconds = 0;  // of all threads, in the system, too
  std::uint64_t max_descriptors = 0;
};
ProcessFigures process_figures();

}  // namespace chat
