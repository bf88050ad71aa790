#include "apps/load/processes.hpp"

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

std::int64_t rss_bytes(int pid) {
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  std::int64_t size = 0;
  std::int64_t resident = 0;
  file >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
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
  for (const auto& id_or_name : wanted) {
    const auto before = processes_.size();
    if (const auto pid = as_number(id_or_name)) {
      if (auto name = name_of(*pid); !name.empty()) processes_.push_back({*pid, std::move(name), 0});
    } else {
      for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto running = as_number(entry.path().filename());
        if (running && name_of(*running) == id_or_name) processes_.push_back({*running, id_or_name, 0});
      }
    }
    if (processes_.size() == before) throw std::runtime_error(fmt::format("--pids {}: no such process", id_or_name));
  }
}

std::vector<Processes::Usage> Processes::sample(bool with_pss) {
  std::vector<Usage> usages;
  for (auto& process : processes_) {
    auto usage = std::ranges::find(usages, process.name, &Usage::name);
    if (usage == usages.end()) usage = usages.insert(usages.end(), Usage{process.name});
    ++usage->count;
    process.cpu_us = std::max(process.cpu_us, cpu_us(process.pid));
    usage->cpu_us += process.cpu_us;
    usage->rss_bytes += rss_bytes(process.pid);
    if (with_pss) usage->pss_bytes += pss_bytes(process.pid);
  }
  return usages;
}

KernelMemory kernel_memory() {
  KernelMemory memory;
  std::ifstream meminfo("/proc/meminfo");
  for (std::string line; std::getline(meminfo, line);) {
    if (line.starts_with("Slab:")) memory.slab_bytes = std::stoll(line.substr(5)) * 1024;
  }
  std::ifstream sockstat("/proc/net/sockstat");
  for (std::string line; std::getline(sockstat, line);) {
    const auto at = line.rfind(" mem ");
    if (line.starts_with("TCP:") && at != std::string::npos) {
      memory.socket_buffer_bytes = std::stoll(line.substr(at + 5)) * sysconf(_SC_PAGESIZE);
    }
  }
  return memory;
}

}  // namespace chat::load
