#include "apps/load/worker.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "apps/load/scenario.hpp"

namespace chat::load {

int work(const Options& options, const Channel& channel) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1);  // wakes the worker when a message is due, not up to 50 µs later
  try {
    Scenario(options, channel).run();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "chat-load, worker {}: {}\n", options.worker, error.what());
    return 2;
  }
}

}  // namespace chat::load
