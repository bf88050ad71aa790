#include "apps/load/scenario.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "apps/load/packing.hpp"
#include "apps/load/worker.hpp"

namespace chat::load {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint32_t kMaxOpening = 512;       // connects under way: fits the usual accept backlog
constexpr std::int64_t kStalled = 10 * kSecond;  // gives up after this time without progress
constexpr std::int64_t kLinger = kSecond / 2;    // time for a duplicate to arrive

volatile std::sig_atomic_t interrupted = 0;

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

}  // namespace

Scenario::Scenario(const Options& options, const Channel& channel)
    : options_(options), channel_(channel), run_(options), clients_(options.clients()) {
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  run_.epoll = epoll_create1(EPOLL_CLOEXEC);
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    const auto room = i / options.clients_per_room;
    const auto seat = i % options.clients_per_room;
    const auto endpoint = (room + seat) % static_cast<std::uint32_t>(options.endpoints.size());
    clients_[i].assign(i, seat < options.senders(), endpoint, options);
  }
}

Scenario::~Scenario() { ::close(run_.epoll); }

void Scenario::run() {
  channel_.send(connect_all() ? from_worker::kReady : from_worker::kFailed);
  if (const auto start = wait_for_start()) {
    send_messages(start);
    channel_.send(from_worker::kSentAll);
    await_the_rest();
  }
  collect_checks();
  channel_.send(from_worker::kResults, pack(run_.results));
  channel_.receive();  // keeps the connections until the conductor has sampled their memory
}

bool Scenario::connect_all() {
  const auto started = now_ns();
  const auto count = clients_.size();
  std::uint64_t begun = 0;
  std::uint64_t joined = 0;
  auto progressed = started;
  while (run_.results.joined < count && run_.status.gone == 0 && interrupted == 0) {
    const auto now = now_ns();
    const double passed = static_cast<double>(now - started) / 1e9;
    auto allowed = count;
    if (options_.connect_rate > 0) {
      allowed = std::min(count, static_cast<std::uint64_t>(passed * options_.connect_rate + 1));
    }
    allowed = std::min(allowed, run_.results.joined + kMaxOpening);
    for (; begun < allowed && run_.status.gone == 0; ++begun) clients_[begun].open(run_);
    turn(now + kMillisecond);
    if (run_.results.joined != joined) {
      joined = run_.results.joined;
      progressed = now;
    } else if (begun > joined && now - progressed > kStalled) {
      ++run_.results.failures.join_failures[fmt::format("no answer for {} s", kStalled / kSecond)];
      return false;
    }
    if (now >= next_second_) {
      next_second_ = now + kSecond;
      Packer packer;
      packer(joined);
      channel_.send(from_worker::kJoined, packer.take());
    }
  }
  return run_.results.joined == count;
}

std::int64_t Scenario::wait_for_start() {
  while (!channel_.is_readable()) turn(now_ns() + kMillisecond);
  const auto letter = channel_.receive();
  std::uint64_t start = 0;
  if (letter) Unpacker(letter->bytes)(start);
  return static_cast<std::int64_t>(start);
}

void Scenario::send_messages(std::int64_t started) {
  while (now_ns() < started) turn(started);
  run_.started = started;
  run_.measured.from = started + nanoseconds(options_.warmup_seconds);
  run_.measured.to = run_.measured.from + nanoseconds(options_.seconds);
  next_second_ = started + kSecond;
  next_due_ = started + nanoseconds(options_.first_due_seconds);
  paced_ = options_.rate > 0;
  run_.sending = true;
  start_windows();

  auto& results = run_.results;
  bool is_measuring = false;
  for (auto now = started; now < run_.measured.to && interrupted == 0 && run_.status.gone < clients_.size();
       now = now_ns()) {
    if (!is_measuring && now >= run_.measured.from) {
      is_measuring = true;
      results.at_measure_start = results.total;
    }
    turn(std::min(is_measuring ? run_.measured.to : run_.measured.from, next_second_));
    if (now_ns() >= next_second_) report_second();
  }
  paced_ = false;
  run_.sending = false;
  results.at_measure_end = results.total;
}

void Scenario::await_the_rest() {
  if (options_.is_idle()) return;
  const auto& checker = run_.checker;
  auto progressed = now_ns();
  auto got = checker.got();
  auto unanswered = run_.status.unanswered;
  const auto complete = [&] {
    return run_.status.unanswered == 0 && run_.status.away == 0 && checker.got() >= checker.expected();
  };
  for (auto now = progressed; !complete() && now - progressed < kStalled; now = now_ns()) {
    turn(now + kSecond / 10);
    if (checker.got() == got && run_.status.unanswered == unanswered) continue;
    got = checker.got();
    unanswered = run_.status.unanswered;
    progressed = now;
  }
  const auto until = now_ns() + kLinger;
  while (now_ns() < until) turn(until);
}

void Scenario::collect_checks() {
  auto& results = run_.results;
  const auto& checker = run_.checker;
  results.unanswered += run_.status.unanswered;
  results.returns.away_at_end = run_.status.away;
  results.checks.expected = checker.expected();
  results.checks.got = checker.got();
  results.checks.disagreements = checker.disagreements();
  results.checks.abandoned_rooms = checker.abandoned();
  results.checks.by_offset = checker.by_offset();
  results.checks.by_sender = checker.by_sender();
}

void Scenario::turn(std::int64_t until) {
  // Takes few events at a time, so that a burst of deliveries does not delay the messages that are due.
  std::array<epoll_event, 64> events;
  run_.alarms.ring(now_ns(), [this](auto client, auto at) { clients_[client].on_alarm(at, run_); });
  until = std::min(until, run_.alarms.next());
  if (paced_) until = std::min(until, next_due_);
  const auto wait = std::max<std::int64_t>(0, until - now_ns());
  const timespec timeout{wait / kSecond, wait % kSecond};
  const int count = epoll_pwait2(run_.epoll, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  if (paced_) send_due();
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    clients_[event.data.u32].on_event(event.events, run_);
    if (paced_) send_due();
  }
}

/// Message i goes to room i modulo rooms. The senders of a room take turns.
void Scenario::send_due() {
  for (const auto now = now_ns(); next_due_ <= now && next_due_ < run_.measured.to;) {
    const auto room = next_message_ % options_.rooms;
    const auto seat = next_message_ / options_.rooms % options_.senders();
    clients_[room * options_.clients_per_room + seat].send(next_due_, run_);
    ++next_message_;
    next_due_ =
        run_.started + nanoseconds(options_.first_due_seconds + static_cast<double>(next_message_) / options_.rate);
  }
}

void Scenario::start_windows() {
  if (options_.window == 0) return;
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    if (i % options_.clients_per_room < options_.senders()) clients_[i].fill_window(run_);
  }
}

void Scenario::report_second() {
  next_second_ += kSecond;
  Second& second = run_.this_second;
  second.so_far = run_.results.total;
  second.away = run_.status.away;
  second.gone = run_.status.gone;
  channel_.send(from_worker::kSecond, pack(second));
  second = {};
}

}  // namespace chat::load
