#pragma once

#include <cstdint>
#include <vector>

#include "apps/load/client.hpp"
#include "apps/load/net/channel.hpp"
#include "apps/load/options.hpp"
#include "apps/load/run.hpp"

namespace chat::load {

/// A worker's run from the first connect to the last delivery. It belongs to the calling thread.
class Scenario {
 public:
  Scenario(const Options& options, const Channel& channel);
  ~Scenario();
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  void run();

 private:
  bool connect_all();
  std::int64_t wait_for_start();
  void send_messages(std::int64_t started);
  void await_the_rest();
  void collect_checks();

  /// Waits for events until `until` at the latest, handles them, and sends the messages that fell due meanwhile.
  void turn(std::int64_t until);
  void send_due();
  void start_windows();
  void report_second();

  const Options& options_;
  const Channel& channel_;
  Run run_;
  std::vector<Client> clients_;
  bool paced_ = false;
  std::uint64_t next_message_ = 0;
  std::int64_t next_due_ = 0;
  std::int64_t next_second_ = 0;
};

}  // namespace chat::load
