#include "hooks/hook_metrics.hpp"

#include <deque>
#include <string>

namespace chat {
namespace {

constexpr std::array<const char*, HookFailure::kKinds> kKindNames{"timeout", "connection", "status",
                                                                  "answer",  "overloaded", "suspended"};

/// A metric keeps the address of its name.
const char* kept(std::string name) {
  static std::deque<std::string> names;
  return names.emplace_back(std::move(name)).c_str();
}

HookMetrics make_metrics(HookEvent event) {
  const auto hook = "hook=\"" + std::string(to_text(event)) + '"';
  const auto failures = [&hook](HookFailure::Kind kind) {
    return Counter(kept("chat_hook_failures_total{" + hook + ",kind=\"" + to_text(kind) + "\"}"),
                   "Calls of hooks of the application that failed");
  };
  using Why = HookFailure::Kind;
  return {
      Counter(kept("chat_hook_calls_total{" + hook + '}'), "Calls of hooks of the application, failed ones included"),
      {failures(Why::timeout), failures(Why::connection), failures(Why::status), failures(Why::answer),
       failures(Why::overloaded), failures(Why::suspended)},
      Histogram(kept("chat_hook_latency_seconds{" + hook + '}'),
                "Time from a call of a hook to its answer, waiting included; calls that were made",
                {1'000, 2'000, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 5'000'000})};
}

std::array<HookMetrics, kHookEvents> make_all() {
  return {make_metrics(HookEvent::connect),       make_metrics(HookEvent::join),
          make_metrics(HookEvent::message),       make_metrics(HookEvent::call),
          make_metrics(HookEvent::connected),     make_metrics(HookEvent::disconnected),
          make_metrics(HookEvent::room_occupied), make_metrics(HookEvent::room_vacated),
          make_metrics(HookEvent::message_posted)};
}

}  // namespace

HookMetrics& metrics_of(HookEvent event) {
  static auto all = make_all();
  return all[index_of(event)];
}

const char* to_text(HookFailure::Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

}  // namespace chat
