#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "apps/load/net/channel.hpp"
#include "apps/load/options.hpp"
#include "apps/load/processes.hpp"
#include "apps/load/report/progress.hpp"
#include "apps/load/report/summary.hpp"

namespace chat::load {

/// The parent process: divides the rooms among worker processes, starts them at the same moment, samples the servers
/// meanwhile, and merges the workers' results. A worker has all members of its rooms, so it checks them by itself.
class Conductor {
 public:
  explicit Conductor(const Options& options);
  ~Conductor();
  Conductor(const Conductor&) = delete;
  Conductor& operator=(const Conductor&) = delete;

  const Summary& run();

 private:
  struct Worker {
    pid_t pid;
    Channel channel;
    std::uint64_t joined = 0;
    std::size_t seconds = 0;
    bool failed = false;
    bool finished = false;
  };
  struct Partial {  // a second that not all workers have reported yet
    Second second;
    std::size_t workers = 0;
  };

  void start_workers();
  void connect_all();
  void send_messages();
  void start(std::int64_t first_due) const;
  /// Reads letters of the workers; waits `milliseconds` at most for the first one.
  void listen(int milliseconds);
  void on_letter(Worker& worker, const Channel::Letter& letter);
  void on_second(Worker& worker, const Second& second);
  void add_row(std::size_t index, const Second& second);
  Mark mark(bool with_pss);

  const Options& options_;
  Processes servers_;
  std::vector<Worker> workers_;
  std::optional<Processes> own_;
  Progress progress_;
  std::map<std::size_t, Partial> partials_;
  std::size_t ready_ = 0;
  std::size_t sent_all_ = 0;
  std::size_t finished_ = 0;
  bool interruption_forwarded_ = false;
  Summary summary_;
};

}  // namespace chat::load
