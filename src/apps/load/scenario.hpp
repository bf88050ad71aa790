#pragma once

#include <cstdint>
#include <vector>

#include "apps/load/client.hpp"
#include "apps/load/options.hpp"
#include "apps/load/processes.hpp"
#include "apps/load/progress.hpp"

namespace chat::load {

/// One run from the first connect to the last delivery, on the calling thread.
class Scenario {
 public:
  explicit Scenario(const Options& options);
  ~Scenario();
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  /// False if not everybody got in; results() then says why.
  bool run();

  const Results& results() const { return run_.results; }
  const Checker& checker() const { return run_.checker; }

 private:
  bool connect_all();
  void talk();
  void collect_the_rest();

  /// Waits for events until `until` at the latest, handles them, and sends what fell due meanwhile.
  void turn(std::int64_t until);
  void send_due();
  void start_windows();
  Mark mark(bool with_memory) const;
  void tick(std::int64_t started);

  const Options& options_;
  Processes processes_;
  Run run_;
  std::vector<Client> clients_;
  Progress progress_;
  int epoll_;
  bool paced_ = false;
  std::uint64_t next_message_ = 0;
  std::int64_t first_due_ = 0;
  std::int64_t next_due_ = 0;
  std::int64_t next_tick_ = 0;
};

}  // namespace chat::load
