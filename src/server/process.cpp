#include "chat/server/process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <initializer_list>

namespace chat {

void ignore_signals() {
  for (const int signal : {SIGPIPE, SIGHUP, SIGUSR1, SIGUSR2}) std::signal(signal, SIG_IGN);
}

void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);  // a program that takes core files (core_pattern "|…") does not look at the limit
}

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace chat
