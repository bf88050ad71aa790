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

/// Divides the rooms among worker processes, lets them begin at the same moment, watches the servers meanwhile, and
/// puts together what the workers found. A room's members are all in one worker, so that each can judge by itself.
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
  struct Partial {  // a second that not all workers have told yet
    Second second;
    std::size_t workers = 0;
  };

  void hire();
  void connect_all();
  void talk();
  void start(std::int64_t first_due) const;
  /// Reads what workers say for `milliseconds` at most.
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
  std::size_t talked_ = 0;
  std::size_t finished_ = 0;
  bool interruption_told_ = false;
  Summary summary_;
};

}  // namespace chat::load
