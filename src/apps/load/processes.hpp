#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chat::load {

/// CPU and memory of local processes, read from /proc, summed over those of one name.
class Processes {
 public:
  struct Usage {
    std::string name;
    std::uint32_t count = 0;
    std::int64_t cpu_us = 0;     // user and system, since each process started
    std::int64_t pss_bytes = 0;  // proportional set size: shared pages count by their share
  };

  /// Each of `wanted` is a process id or the name of all processes called so. Throws std::runtime_error naming one that
  /// does not run.
  explicit Processes(const std::vector<std::string>& wanted);

  /// One entry a name, always in the same order. A process that has ended adds nothing. The memory of a large process
  /// takes milliseconds to add up: leave it out while latencies are measured.
  std::vector<Usage> sample(bool with_memory) const;

 private:
  struct Process {
    int pid;
    std::string name;
  };
  std::vector<Process> processes_;
};

/// CPU of this process so far, in microseconds.
std::int64_t own_cpu_us();

}  // namespace chat::load
