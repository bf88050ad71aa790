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
    std::int64_t cpu_us = 0;  // user and system, since each process started
    std::int64_t rss_bytes = 0;
    std::int64_t pss_bytes = 0;  // proportional set size: shared pages count by their share; 0 if not asked for
  };

  /// Each of `wanted` is a process id or the name of all processes called so. Throws std::runtime_error naming one that
  /// does not run.
  explicit Processes(const std::vector<std::string>& wanted);

  /// One entry a name, always in the same order. Of a process that has ended, the CPU it was last seen with stays. The
  /// PSS of a large process takes milliseconds to add up: leave it out while latencies are measured.
  std::vector<Usage> sample(bool with_pss);

 private:
  struct Process {
    int pid;
    std::string name;
    std::int64_t cpu_us = 0;  // when last seen
  };
  std::vector<Process> processes_;
};

/// What the kernel of this machine uses: both ends of every local connection are in it.
struct KernelMemory {
  std::int64_t slab_bytes = 0;           // objects such as sockets, files and routes
  std::int64_t socket_buffer_bytes = 0;  // what is under way in TCP
};
KernelMemory kernel_memory();

}  // namespace chat::load
