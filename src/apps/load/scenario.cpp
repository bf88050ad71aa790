#include "apps/load/scenario.hpp"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

namespace chat::load {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint32_t kMaxOpening = 512;       // within the usual accept backlog
constexpr std::int64_t kStalled = 10 * kSecond;  // without any progress: give up waiting
constexpr std::int64_t kLinger = kSecond / 2;    // time for a duplicate to show up

volatile std::sig_atomic_t interrupted = 0;

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

void allow_descriptors(std::uint64_t clients) {
  constexpr std::uint64_t kOthers = 64;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= clients + kOthers) return;
  throw std::runtime_error(fmt::format(
      "{} connections need more descriptors than the {} this process may have: raise the limit (ulimit -Hn) or lower "
      "--rooms or --clients-per-room",
      clients, limit.rlim_cur));
}

}  // namespace

Scenario::Scenario(const Options& options)
    : options_(options), processes_(options.processes), run_(options), clients_(options.clients()) {
  allow_descriptors(options.clients());
  prctl(PR_SET_TIMERSLACK, 1);  // wake up when a message is due, not up to 50 µs later
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    clients_[i].settle(i, i % options.clients_per_room < options.senders(), options);
  }
}

Scenario::~Scenario() { ::close(epoll_); }

bool Scenario::run() {
  run_.results.before = mark(true);
  const bool everybody_is_in = connect_all();
  run_.results.joined_all = mark(true);
  if (everybody_is_in) {
    talk();
    collect_the_rest();
    run_.results.after = mark(true);
  }
  run_.results.interrupted = interrupted != 0;
  progress_.clear();
  return everybody_is_in;
}

bool Scenario::connect_all() {
  const auto started = now_ns();
  const auto count = static_cast<std::uint32_t>(clients_.size());
  const auto nodes = static_cast<std::uint32_t>(options_.endpoints.size());
  std::uint32_t begun = 0;
  std::uint32_t joined = 0;
  auto progressed = started;
  next_tick_ = started + kSecond;
  while (run_.results.joined < count && run_.gone == 0 && interrupted == 0) {
    const auto now = now_ns();
    const double passed = static_cast<double>(now - started) / 1e9;
    auto allowed = count;
    if (options_.connect_rate > 0)
      allowed = static_cast<std::uint32_t>(std::min<double>(count, passed * options_.connect_rate + 1));
    allowed = std::min(allowed, run_.results.joined + kMaxOpening);
    for (; begun < allowed && run_.gone == 0; ++begun) {
      const auto room = begun / options_.clients_per_room;
      const auto seat = begun % options_.clients_per_room;
      clients_[begun].open(options_.endpoints[(room + seat) % nodes], epoll_, run_);
    }
    turn(now + kSecond / 1000);
    if (run_.results.joined != joined) {
      joined = run_.results.joined;
      progressed = now;
    } else if (begun > joined && now - progressed > kStalled) {
      ++run_.results.join_failures[fmt::format("no answer for {} s", kStalled / kSecond)];
      return false;
    }
    if (now >= next_tick_) {
      next_tick_ += kSecond;
      progress_.line(fmt::format("joined {} of {}", joined, count));
    }
  }
  return run_.results.joined == count;
}

void Scenario::talk() {
  const auto started = now_ns();
  run_.measure_from = started + nanoseconds(options_.warmup_seconds);
  run_.measure_to = run_.measure_from + nanoseconds(options_.seconds);
  next_tick_ = started + kSecond;
  first_due_ = next_due_ = started;
  paced_ = options_.rate > 0;
  run_.sending = true;
  start_windows();

  bool measuring = false;
  for (auto now = started; now < run_.measure_to && interrupted == 0 && run_.gone < clients_.size(); now = now_ns()) {
    if (!measuring && now >= run_.measure_from) {
      measuring = true;
      run_.results.measure_start = mark(false);
    }
    turn(std::min({measuring ? run_.measure_to : run_.measure_from, next_tick_, run_.measure_to}));
    tick(started);
  }
  paced_ = false;
  run_.sending = false;
  run_.results.measure_end = mark(false);
  if (!measuring) run_.results.measure_start = run_.results.measure_end;
}

void Scenario::collect_the_rest() {
  if (options_.is_idle()) return;
  const auto& checker = run_.checker;
  auto progressed = now_ns();
  auto got = checker.got();
  auto unanswered = run_.unanswered;
  const auto complete = [&] { return run_.unanswered == 0 && checker.got() >= checker.expected(); };
  for (auto now = progressed; !complete() && now - progressed < kStalled; now = now_ns()) {
    turn(now + kSecond / 10);
    if (checker.got() == got && run_.unanswered == unanswered) continue;
    got = checker.got();
    unanswered = run_.unanswered;
    progressed = now;
  }
  const auto until = now_ns() + kLinger;
  while (now_ns() < until) turn(until);
  run_.results.unanswered += run_.unanswered;
}

void Scenario::turn(std::int64_t until) {
  // Few events at a time, so that a burst of deliveries does not hold up what is due.
  std::array<epoll_event, 64> events;
  const auto wait = std::max<std::int64_t>(0, (paced_ ? std::min(until, next_due_) : until) - now_ns());
  const timespec timeout{wait / kSecond, wait % kSecond};
  const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  if (paced_) send_due();
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    clients_[event.data.u32].on_event(event.events, run_);
    if (paced_) send_due();
  }
}

/// Message i goes to room i modulo rooms; within a room the senders take turns.
void Scenario::send_due() {
  for (const auto now = now_ns(); next_due_ <= now && next_due_ < run_.measure_to;) {
    const auto room = next_message_ % options_.rooms;
    const auto seat = next_message_ / options_.rooms % options_.senders();
    clients_[room * options_.clients_per_room + seat].send(next_due_, run_);
    ++next_message_;
    next_due_ = first_due_ + nanoseconds(static_cast<double>(next_message_) / options_.rate);
  }
}

void Scenario::start_windows() {
  if (options_.window == 0) return;
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    if (i % options_.clients_per_room < options_.senders()) clients_[i].fill_window(run_);
  }
}

Mark Scenario::mark(bool with_memory) const {
  return {now_ns(), own_cpu_us(), run_.results.sent, run_.checker.got(), processes_.sample(with_memory)};
}

void Scenario::tick(std::int64_t started) {
  if (now_ns() < next_tick_) return;
  auto& results = run_.results;
  Second second;
  second.at = static_cast<double>(next_tick_ - started) / 1e9;
  second.sent = results.sent;
  second.delivered = run_.checker.got();
  second.p50_us = results.this_second.percentile(50);
  second.p99_us = results.this_second.percentile(99);
  results.this_second.clear();
  results.seconds.push_back(second);
  next_tick_ += kSecond;
  progress_.line(fmt::format("{:.0f} of {:.0f} s: sent {}, delivered {}, p50 {} us, p99 {} us{}", second.at,
                             options_.warmup_seconds + options_.seconds, second.sent, second.delivered, second.p50_us,
                             second.p99_us, run_.gone == 0 ? "" : fmt::format(", cut {}", run_.gone)));
}

}  // namespace chat::load
