#include "apps/load/processes.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace chat::load {
namespace {

std::optional<int> as_number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string name_of(int pid) {
  std::string name;
  std::getline(std::ifstream(fmt::format("/proc/{}/comm", pid)) >> std::ws, name);
  return name;
}

std::int64_t cpu_us(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  const auto after_name = stat.rfind(')');
  if (after_name == std::string::npos) return 0;
  std::istringstream fields(stat.substr(after_name + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;  // numbered as in proc(5): 14 utime, 15 stime
  std::int64_t user = 0;
  std::int64_t system = 0;
  fields >> user >> system;
  return (user + system) * (1000000 / sysconf(_SC_CLK_TCK));
}

std::int64_t pss_bytes(int pid) {
  std::ifstream file(fmt::format("/proc/{}/smaps_rollup", pid));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Pss:")) return std::stoll(line.substr(4)) * 1024;
  }
  return 0;
}

}  // namespace

Processes::Processes(const std::vector<std::string>& wanted) {
  for (const auto& what : wanted) {
    const auto before = processes_.size();
    if (const auto pid = as_number(what)) {
      if (auto name = name_of(*pid); !name.empty()) processes_.push_back({*pid, std::move(name)});
    } else {
      for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto running = as_number(entry.path().filename());
        if (running && name_of(*running) == what) processes_.push_back({*running, what});
      }
    }
    if (processes_.size() == before) throw std::runtime_error(fmt::format("--pids {}: no such process", what));
  }
}

std::vector<Processes::Usage> Processes::sample(bool with_memory) const {
  std::vector<Usage> usages;
  for (const auto& process : processes_) {
    auto usage = std::ranges::find(usages, process.name, &Usage::name);
    if (usage == usages.end()) usage = usages.insert(usages.end(), Usage{process.name});
    ++usage->count;
    usage->cpu_us += cpu_us(process.pid);
    if (with_memory) usage->pss_bytes += pss_bytes(process.pid);
  }
  return usages;
}

std::int64_t own_cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) { return std::int64_t{time.tv_sec} * 1000000 + time.tv_usec; };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

}  // namespace chat::load
