#include "chat/hooks/hook_caller.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/assert.hpp"
#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"
#include "chat/base/utf8.hpp"
#include "chat/core/trace_mark.hpp"
#include "chat/hooks/hook_request.hpp"
#include "hooks/hook_metrics.hpp"

namespace chat {
namespace {

using Fault = HookFailure::Kind;

constexpr std::size_t kDeliveryBytes = 16;  // random ones
constexpr std::size_t kMaxDeliveryBytes = 128;

bool is_delivery(std::string_view id) {
  return !id.empty() && id.size() <= kMaxDeliveryBytes && is_printable_ascii(id) && id.find('\x7f') == id.npos;
}

/// Whether the failure says that the application is in trouble, not that this request is.
bool is_trouble(const HookFailure& failure) {
  return failure.kind != Fault::status || failure.status >= 500 || failure.is_later();
}

Fault fault_of(HttpFault::Kind kind) {
  switch (kind) {
    case HttpFault::Kind::timeout:
      return Fault::timeout;
    case HttpFault::Kind::connection:
      return Fault::connection;
    case HttpFault::Kind::answer:
      return Fault::answer;
  }
  return Fault::connection;
}

bool is_success(HookEvent event, unsigned status) {
  return is_synchronous(event) ? status == 200 : status >= 200 && status < 300;
}

HookFailure suspended() { return {Fault::suspended, "the hook failed too often and is left alone for a while"}; }

/// For the client, which must not learn how the application is reached.
Failure to_failure(const HookFailure& failure) {
  if (failure.kind == Fault::overloaded) return {ErrorCode::busy, "The application has too much to do"};
  return {ErrorCode::unavailable, "The application gave no usable answer"};
}

}  // namespace

struct HookCaller::Pending {
  HookEvent event;
  HookCall call;
  std::shared_ptr<const HookRules> rules;
  const HookRule* rule;
  Instant since;
  std::function<std::string(const std::string& body)> read;  // the fault of an answer; empty: none
  std::function<void(std::optional<HookFailure>)> done;
};

HookCaller::HookCaller(boost::asio::io_context& loop, const Clock& clock, HttpTransport& http,
                       std::shared_ptr<const HookRules> rules, std::string version)
    : loop_(loop),
      clock_(clock),
      http_(http),
      user_agent_("chatd/" + std::move(version)),
      self_(std::make_shared<HookCaller*>(this)) {
  for (const HookEvent event : kAllHookEvents) metrics_of(event);
  set_rules(std::move(rules));
}

HookCaller::~HookCaller() { *self_ = nullptr; }

void HookCaller::set_rules(std::shared_ptr<const HookRules> rules) {
  CHAT_ASSERT(rules != nullptr);
  rules_ = std::move(rules);
  for (const HookEvent event : kAllHookEvents) {
    const auto* rule = rules_->find(event);
    if (rule != nullptr) lanes_[index_of(event)].breakers = Breakers(rule->breaker);
  }
}

void HookCaller::connect(HookCall call, Completion<ConnectAnswer> done) {
  ask(HookEvent::connect, std::move(call), &connect_answer, std::move(done));
}
void HookCaller::join(HookCall call, Completion<JoinVerdict> done) {
  ask(HookEvent::join, std::move(call), &join_verdict, std::move(done));
}
void HookCaller::message(HookCall call, Completion<MessageAnswer> done) {
  ask(HookEvent::message, std::move(call), &message_answer, std::move(done));
}
void HookCaller::call(HookCall call, Completion<CallAnswer> done) {
  ask(HookEvent::call, std::move(call), &call_answer, std::move(done));
}

void HookCaller::deliver(HookEvent event, HookCall call, std::function<void(std::optional<HookFailure>)> done) {
  enter(std::make_shared<Pending>(
      Pending{event, std::move(call), rules_, rules_->find(event), clock_.now(), nullptr, std::move(done)}));
}

template <class Answer>
void HookCaller::ask(HookEvent event, HookCall call, Result<Answer> (*read)(std::string_view),
                     Completion<Answer> done) {
  const auto answer = std::make_shared<Answer>();
  const auto* rule = rules_->find(event);
  const bool allow = rule != nullptr && rule->allow_on_failure;
  enter(std::make_shared<Pending>(
      Pending{event, std::move(call), rules_, rule, clock_.now(),
              [read, answer](const std::string& body) {
                auto result = read(body);
                if (!result) return result.error().message;
                *answer = std::move(*result);
                return std::string();
              },
              [answer, allow, done = std::move(done)](const std::optional<HookFailure>& failure) {
                failure && !allow ? done(to_failure(*failure)) : done(std::move(*answer));
              }}));
}

HookCaller::Lane& HookCaller::lane_of(const Pending& pending) { return lanes_[index_of(pending.event)]; }

void HookCaller::enter(std::shared_ptr<Pending> pending) {
  if (pending->rule == nullptr) {
    boost::asio::post(loop_, [self = self_, pending] {
      if (*self != nullptr) pending->done(std::nullopt);
    });
    return;
  }
  metrics_of(pending->event).calls.add();
  Lane& lane = lane_of(*pending);
  if (lane.breakers.is_open(clock_.now(), pending->call.caller)) {
    fail_later(pending, suspended());
  } else if (lane.under_way < pending->rule->concurrency && lane.waiting.empty()) {
    start(pending);
  } else if (lane.waiting.size() < pending->rule->queue) {
    lane.waiting.push_back(std::move(pending));
  } else {
    fail_later(pending, {Fault::overloaded, "too many calls wait for the hook"});
  }
}

void HookCaller::start(const std::shared_ptr<Pending>& pending) {
  Lane& lane = lane_of(*pending);
  const auto now = clock_.now();
  const auto left = std::chrono::ceil<Milliseconds>(pending->since + pending->rule->timeout - now);
  if (left <= Milliseconds(0)) {
    return fail_later(pending, {Fault::overloaded, "the call waited too long behind others"});
  }
  if (!lane.breakers.admit(now, pending->call.caller)) return fail_later(pending, suspended());
  ++lane.under_way;
  http_.send(to_post(*pending, left), [self = self_, pending](HttpOutcome outcome) {
    if (*self != nullptr) (*self)->take(pending, std::move(outcome));
  });
}

/// Each call under way ends within its timeout, and then the waiting ones are looked at: none waits much longer.
void HookCaller::start_waiting(Lane& lane) {
  while (!lane.waiting.empty() && lane.under_way < lane.waiting.front()->rule->concurrency) {
    const auto next = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    start(next);
  }
}

void HookCaller::take(const std::shared_ptr<Pending>& pending, HttpOutcome outcome) {
  std::optional<HookFailure> failure;
  if (const auto* fault = std::get_if<HttpFault>(&outcome)) {
    failure = {fault_of(fault->kind), fault->why};
  } else if (const auto& reply = std::get<RequestReply>(outcome); !is_success(pending->event, reply.status)) {
    failure = {Fault::status, "the answer has the status " + std::to_string(reply.status), reply.status};
  } else if (auto fault_of_answer = pending->read ? pending->read(reply.body) : ""; !fault_of_answer.empty()) {
    failure = {Fault::answer, std::move(fault_of_answer)};
  }
  const auto now = clock_.now();
  metrics_of(pending->event)
      .latency.observe(static_cast<std::uint64_t>((now - pending->since) / std::chrono::microseconds(1)));
  Lane& lane = lane_of(*pending);
  --lane.under_way;
  const auto& call = pending->call;
  const bool is_trouble_now = failure && is_trouble(*failure);
  is_trouble_now ? lane.breakers.fail(now, call.caller, !call.is_repetition) : lane.breakers.succeed(call.caller);
  start_waiting(lane);
  end(*pending, std::move(failure));
}

void HookCaller::fail_later(const std::shared_ptr<Pending>& pending, HookFailure failure) {
  boost::asio::post(loop_, [self = self_, pending, failure = std::move(failure)] {
    if (*self != nullptr) end(*pending, failure);
  });
}

void HookCaller::end(Pending& pending, std::optional<HookFailure> failure) {
  if (failure) {
    metrics_of(pending.event).failures[static_cast<std::size_t>(failure->kind)].add();
    const auto& url = pending.rule->url;
    log_warn_rarely("hook_" + std::string(to_text(pending.event)) + "_failed",
                    {{"host", url.authority}, {"kind", to_text(failure->kind)}, {"why", failure->why}});
  }
  pending.done(std::move(failure));
}

OutgoingRequest HookCaller::to_post(const Pending& pending, Milliseconds timeout) const {
  const auto& call = pending.call;
  const auto delivery = is_delivery(call.delivery) ? call.delivery : random_hex(kDeliveryBytes);
  OutgoingRequest post{pending.rule->url, {}, with_delivery(call.body, delivery), timeout};
  post.is_repeatable = true;
  post.headers = {{"User-Agent", user_agent_},
                  {"X-Chat-Event", std::string(to_text(pending.event))},
                  {"X-Chat-Delivery", delivery},
                  {"X-Chat-Signature", pending.rules->signer().sign(clock_.unix_ms() / 1000, post.body)}};
  if (is_traceparent(call.traceparent)) post.headers.emplace_back("traceparent", call.traceparent);
  return post;
}

}  // namespace chat
