#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"
#include "chat/hooks/breakers.hpp"
#include "chat/hooks/hook_answers.hpp"
#include "chat/hooks/hook_failure.hpp"
#include "chat/hooks/hook_rules.hpp"
#include "chat/http/http_client.hpp"

namespace chat {

/// One call of a hook.
struct HookCall {
  std::string body;            // as encode(HookRequest) makes it
  std::string delivery{};      // the same in each repetition; empty: a new one
  std::string traceparent{};   // passed on if it is one
  bool is_repetition = false;  // of a call that failed: if it fails again, that says nothing new of the application
  std::uint64_t caller = 0;    // the address or the user that it is for, see Breakers
};

/// Calls the hooks of the application: signs, bounds, measures, and reads the answers.
///
/// A synchronous hook that fails gives an empty answer if its rule has "on_failure": "allow", else a Failure: `busy` if
/// too many calls wait, `unavailable` for each other reason. Without a rule for the event the answer is empty.
/// Completions are called on the loop, after the call has returned; none after the caller is destroyed.
/// Thread: the loop's. Owner: the node; must be destroyed on the loop's thread or after its run.
/// Bound: `concurrency` calls under way and `queue` waiting ones for each hook.
class HookCaller {
 public:
  /// All references must outlive the caller. `version`: of the node, for User-Agent.
  HookCaller(boost::asio::io_context& loop, const Clock& clock, HttpTransport& http,
             std::shared_ptr<const HookRules> rules, std::string version);
  ~HookCaller();
  HookCaller(const HookCaller&) = delete;
  HookCaller& operator=(const HookCaller&) = delete;

  /// Rules for calls from now on; breakers begin closed. The authority file stays that of the HttpTransport.
  void set_rules(std::shared_ptr<const HookRules> rules);
  /// Never null.
  const std::shared_ptr<const HookRules>& rules() const { return rules_; }

  void connect(HookCall call, Completion<ConnectAnswer> done);
  void join(HookCall call, Completion<JoinVerdict> done);
  void message(HookCall call, Completion<MessageAnswer> done);
  void call(HookCall call, Completion<CallAnswer> done);

  /// Whether the breaker of the hook for everybody is open: its calls fail at once.
  bool is_suspended(HookEvent event) const { return lanes_[index_of(event)].breakers.is_open(clock_.now()); }

  /// Delivers an asynchronous event once. nullopt: the application took it.
  void deliver(HookEvent event, HookCall call, std::function<void(std::optional<HookFailure>)> done);

 private:
  struct Pending;
  struct Lane {
    Breakers breakers{BreakerSettings{}};
    std::uint32_t under_way = 0;
    std::deque<std::shared_ptr<Pending>> waiting;
  };

  template <class Answer>
  void ask(HookEvent event, HookCall call, Result<Answer> (*read)(std::string_view), Completion<Answer> done);
  void enter(std::shared_ptr<Pending> pending);
  void start(const std::shared_ptr<Pending>& pending);
  void start_waiting(Lane& lane);
  void take(const std::shared_ptr<Pending>& pending, HttpOutcome outcome);
  void fail_later(const std::shared_ptr<Pending>& pending, HookFailure failure);
  static void end(Pending& pending, std::optional<HookFailure> failure);
  OutgoingRequest to_post(const Pending& pending, Milliseconds timeout) const;
  Lane& lane_of(const Pending& pending);

  boost::asio::io_context& loop_;
  const Clock& clock_;
  HttpTransport& http_;
  std::shared_ptr<const HookRules> rules_;
  std::string user_agent_;
  std::array<Lane, kHookEvents> lanes_;
  std::shared_ptr<HookCaller*> self_;  // by which completions find the caller, null when it is destroyed
};

}  // namespace chat
