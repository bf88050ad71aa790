#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chat::load {

/// CPU and memory of local processes, read from /proc. Processes of the same name are summed.
class Processes {
 public:
  struct Usage {
    std::string name;
    std::uint32_t count = 0;
    std::int64_t cpu_us = 0;  // user and system, since each process started
    std::int64_t rss_bytes = 0;
    std::int64_t pss_bytes = 0;  // proportional set size: shared pages count by their share; 0 without `with_pss`
  };

  /// Each of `wanted` is a process id, or a name that stands for all processes of that name. Throws std::runtime_error
  /// that names the process which does not run.
  explicit Processes(const std::vector<std::string>& wanted);

  /// Returns one entry a name, always in the same order. An ended process keeps its last CPU time. The kernel takes
  /// milliseconds to add up the PSS of a large process: leave it out during the measurement.
  std::vector<Usage> sample(bool with_pss);

 private:
  struct Process {
    int pid;
    std::string name;
    std::int64_t cpu_us = 0;  // at the last sample
  };
  std::vector<Process> processes_;
};

/// Memory that the kernel of this machine uses. It includes both ends of every local connection.
struct KernelMemory {
  std::int64_t slab_bytes = 0;           // objects such as sockets, files and routes
  std::int64_t socket_buffer_bytes = 0;  // bytes under way in TCP
};
KernelMemory kernel_memory();

}  // namespace chat::load
