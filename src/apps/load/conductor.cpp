#include "apps/load/conductor.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "apps/load/packing.hpp"
#include "apps/load/run.hpp"
#include "apps/load/worker.hpp"

namespace chat::load {
namespace {

constexpr std::int64_t kHeadStart = 20 * kMillisecond;  // for the start signal to reach all workers
constexpr int kOftenMs = 100;
constexpr std::int64_t kNoStart = 0;

volatile std::sig_atomic_t interrupted = 0;

void allow_descriptors(std::uint64_t clients) {
  constexpr std::uint64_t kOthers = 64;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= clients + kOthers) return;
  throw std::runtime_error(fmt::format(
      "{} connections need more descriptors than the {} a process may have: raise the limit (ulimit -Hn), divide them "
      "among more --processes, or lower --rooms or --clients-per-room",
      clients, limit.rlim_cur));
}

}  // namespace

Conductor::Conductor(const Options& options) : options_(options), servers_(options.pids) {
  allow_descriptors(options.part(0).clients());
}

Conductor::~Conductor() {
  std::vector<pid_t> pids;
  for (const auto& worker : workers_) pids.push_back(worker.pid);
  workers_.clear();  // closes the channels: the workers end
  for (const auto pid : pids) ::waitpid(pid, nullptr, 0);
}

const Summary& Conductor::run() {
  summary_.before = mark(true);
  start_workers();
  connect_all();
  if (summary_.all_joined) {
    send_messages();
  } else {
    start(kNoStart);
  }
  while (finished_ < workers_.size()) listen(kOftenMs);
  summary_.after = mark(true);
  summary_.interrupted = interrupted != 0;
  progress_.clear();
  return summary_;
}

void Conductor::start_workers() {
  for (std::uint32_t i = 0; i < options_.processes; ++i) {
    auto [ours, theirs] = Channel::make();
    const auto pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0) {
      workers_.clear();  // closes the copies of the others' channels
      {
        const Channel closed = std::move(ours);
      }
      ::_exit(work(options_.part(i), theirs));
    }
    workers_.push_back({pid, std::move(ours)});
  }
  std::vector<std::string> pids;
  for (const auto& worker : workers_) pids.push_back(std::to_string(worker.pid));
  own_.emplace(pids);
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
}

void Conductor::connect_all() {
  auto shown = now_ns();
  while (ready_ < workers_.size()) {
    listen(kOftenMs);
    if (now_ns() - shown < 1000 * kMillisecond) continue;
    shown = now_ns();
    std::uint64_t joined = 0;
    for (const auto& worker : workers_) joined += worker.joined;
    progress_.line(fmt::format("joined {} of {}", joined, options_.clients()));
  }
  summary_.joined = mark(true);
  summary_.all_joined = std::ranges::none_of(workers_, &Worker::failed);
}

void Conductor::send_messages() {
  const auto first_due = now_ns() + kHeadStart;
  start(first_due);
  const auto measure_from = first_due + static_cast<std::int64_t>(options_.warmup_seconds * 1e9);
  const auto left = [&] { return static_cast<int>((measure_from - now_ns()) / kMillisecond); };
  while (sent_all_ == 0 && left() > 0) listen(std::min(left(), kOftenMs));
  summary_.measure_start = mark(false);
  while (sent_all_ == 0) listen(kOftenMs);
  summary_.measure_end = mark(false);
  summary_.has_started = true;
}

void Conductor::start(std::int64_t first_due) const {
  Packer packer;
  packer(static_cast<std::uint64_t>(first_due));
  const auto letter = packer.take();
  for (const auto& worker : workers_) worker.channel.send(to_worker::kStart, letter);
}

void Conductor::listen(int milliseconds) {
  std::vector<pollfd> lines;
  for (const auto& worker : workers_) lines.push_back({worker.channel.descriptor(), POLLIN, 0});
  ::poll(lines.data(), lines.size(), milliseconds);
  if (interrupted != 0 && !std::exchange(interruption_forwarded_, true)) {
    for (const auto& worker : workers_) ::kill(worker.pid, SIGINT);
  }
  for (auto& worker : workers_) {
    while (!worker.finished && worker.channel.is_readable()) {
      const auto letter = worker.channel.receive();
      if (!letter) throw std::runtime_error("a worker ended before its time");
      on_letter(worker, *letter);
    }
  }
}

void Conductor::on_letter(Worker& worker, const Channel::Letter& letter) {
  switch (letter.kind) {
    case from_worker::kJoined:
      Unpacker(letter.bytes)(worker.joined);
      break;
    case from_worker::kFailed:
      worker.failed = true;
      [[fallthrough]];
    case from_worker::kReady:
      ++ready_;
      break;
    case from_worker::kSecond:
      on_second(worker, unpack<Second>(letter.bytes));
      break;
    case from_worker::kSentAll:
      ++sent_all_;
      break;
    case from_worker::kResults:
      merge(summary_.results, unpack<Results>(letter.bytes));
      worker.finished = true;
      ++finished_;
      break;
    default:
      throw std::runtime_error("a worker sent a letter of an unknown kind");
  }
}

void Conductor::on_second(Worker& worker, const Second& second) {
  const auto index = worker.seconds++;
  Partial& partial = partials_[index];
  merge(partial.second, second);
  if (++partial.workers < workers_.size()) return;
  add_row(index, partial.second);
  partials_.erase(index);
}

void Conductor::add_row(std::size_t index, const Second& second) {
  const Row& row =
      summary_.rows.emplace_back(Row{static_cast<double>(index + 1), second.so_far, second.reconnects, second.away,
                                     second.gone, second.all.percentile(50), second.all.percentile(99),
                                     second.undisturbed.percentile(99), second.send_delay.percentile(99), mark(false)});
  std::string notes;
  if (row.reconnects > 0) notes += fmt::format(", came back {}", row.reconnects);
  if (row.away > 0) notes += fmt::format(", away {}", row.away);
  if (row.gone > 0) notes += fmt::format(", cut {}", row.gone);
  progress_.line(fmt::format("{:.0f} of {:.0f} s: sent {}, delivered {}, p50 {} us, p99 {} us{}", row.at,
                             options_.warmup_seconds + options_.seconds, row.so_far.sent, row.so_far.delivered,
                             row.p50_us, row.p99_us, notes));
}

Mark Conductor::mark(bool with_pss) {
  Mark mark{now_ns(), 0, 0, servers_.sample(with_pss), kernel_memory()};
  if (!own_) return mark;
  for (const auto& usage : own_->sample(with_pss)) {
    mark.own_cpu_us += usage.cpu_us;
    mark.own_pss_bytes += usage.pss_bytes;
  }
  return mark;
}

}  // namespace chat::load
