#include "server/application_hooks.hpp"

#include <stdexcept>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/notice.hpp"
#include "chat/core/person_id.hpp"
#include "chat/server/version.hpp"

namespace chat {
namespace {

constexpr std::string_view kName = "App";  // of the application as others see it

std::shared_ptr<const HookRules> rules_at(const std::string& path) {
  auto rules = hook_rules_from_file(path);
  if (!rules) throw std::runtime_error("--hooks: " + rules.error().message);
  return *std::move(rules);
}

Failure denied(const std::string& text) {
  return {ErrorCode::forbidden, text.empty() ? std::string("the application does not allow it") : text};
}

HookCall call_of(const HookRequest& question, const Asker& asker) {
  HookCall call{encode(question)};
  call.caller = asker.caller;
  return call;
}

CallResult result_of(const CallAnswer& answer) {
  if (!answer.is_streamed) return {answer.result.value_or("null")};
  std::string items = "[";
  for (const auto& item : answer.items) (items += items.size() > 1 ? "," : "") += item;
  return {items + ']', true, answer.next};
}

}  // namespace

std::string fault_in_hooks_file(const std::string& path) {
  if (path.empty()) return {};
  const auto rules = hook_rules_from_file(path);
  return rules ? std::string() : rules.error().message;
}

ApplicationHooks::ApplicationHooks(Parts parts, const std::string& path)
    : parts_(std::move(parts)),
      path_(path),
      rules_(rules_at(path)),
      http_(parts_.loop, rules_.get()->ca_file()),
      caller_(parts_.loop, parts_.clock, http_, rules_.get(), std::string(version())) {}

void ApplicationHooks::reload() {
  auto rules = hook_rules_from_file(path_);
  if (!rules) return log_warn_rarely("hooks_not_read", {{"why", rules.error().message}});
  rules_.set(*rules);
  caller_.set_rules(*std::move(rules));
}

HookRequest ApplicationHooks::request(HookEvent event, const Asker& asker) const {
  HookRequest request;
  request.event = event;
  request.time = parts_.clock.unix_ms();
  request.node = parts_.node;
  request.session = asker.session;
  request.user = asker.user;
  return request;
}

bool ApplicationHooks::decides_joins(std::string_view room) const {
  return caller_.rules()->concerns(HookEvent::join, room);
}

void ApplicationHooks::decide_join(const Asker& asker, const std::string& room,
                                   Completion<std::optional<Rights>> done) {
  auto question = request(HookEvent::join, asker);
  question.room = room;
  caller_.join(call_of(question, asker), [done = std::move(done)](const Result<JoinVerdict>& answer) {
    if (!answer) return done(answer.error());
    if (answer->deny) return done(denied(*answer->deny));
    done(answer->rights);
  });
}

bool ApplicationHooks::decides_messages(std::string_view room) const {
  return caller_.rules()->concerns(HookEvent::message, room);
}

void ApplicationHooks::decide_message(const MessageQuestion& asked, Completion<MessageDecision> done) {
  auto question = request(HookEvent::message, asked.asker);
  question.room = asked.room;
  question.content = asked.content;
  std::string mark = asked.mark.empty() ? std::string() : to_base64url(sha256(asked.room + ' ' + asked.mark));
  caller_.message(call_of(question, asked.asker),
                  [this, mark = std::move(mark), done = std::move(done)](const Result<MessageAnswer>& answer) {
                    if (!answer) return done(answer.error());
                    if (answer->deny) return done(denied(*answer->deny));
                    const auto work = std::make_shared<const Work>(Work{answer->actions, mark});
                    const auto actions = [this, work](Completion<bool> then) { carry_out(work, std::move(then)); };
                    done(MessageDecision{answer->content, actions});
                  });
}

/// Carries out the orders of the answer before the client has its result.
void ApplicationHooks::call(const Asker& asker, const Call& call, Completion<CallResult> done) {
  auto question = request(HookEvent::call, asker);
  question.method = call.method;
  question.arguments = call.arguments;
  question.page = call.page;
  caller_.call(call_of(question, asker), [this, done = std::move(done)](const Result<CallAnswer>& answer) {
    if (!answer) return done(answer.error());
    if (answer->error) return done(denied(*answer->error));
    carry_out(std::make_shared<const Work>(Work{answer->actions}),
              [result = result_of(*answer), done](const Result<bool>& is_done) {
                if (!is_done) return done(is_done.error());
                done(result);
              });
  });
}

void ApplicationHooks::carry_out(std::shared_ptr<const Work> work, Completion<bool> done) {
  publish(work, 0, [this, work, done = std::move(done)](const Result<bool>& stored) {
    if (!stored) return done(stored.error());
    for (const auto& notification : work->actions.notify) notify(notification);
    done(true);
  });
}

void ApplicationHooks::publish(std::shared_ptr<const Work> work, std::size_t from, Completion<bool> done) {
  if (from == work->actions.publish.size()) return done(true);
  const auto& publication = work->actions.publish[from];
  Draft draft;
  draft.from = {"app.hooks", publication.name.empty() ? std::string(kName) : publication.name};
  draft.content = publication.content;
  draft.time = parts_.clock.unix_ms();
  draft.node = parts_.node;
  draft.sender = draft.from.id;
  const RoomSettings& settings = *parts_.policy.access({}, publication.room).settings;
  Append append{publication.room, {}, 0, encode_body(draft), settings.history_size, settings.history_age};
  if (!work->mark.empty()) append.idempotency_key = work->mark + ':' + std::to_string(from);
  append.key_budget = KeyBudget::actions;
  parts_.backplane.append(std::move(append),
                          [this, work, from, done = std::move(done)](const Result<Appended>& stored) {
                            if (!stored) return done(stored.error());
                            publish(work, from + 1, done);
                          });
}

void ApplicationHooks::notify(const HookNotification& notification) {
  using Target = HookNotification::Target;
  if (notification.target == Target::rooms) {
    const std::string except = notification.except.empty() ? std::string() : user_id_of(notification.except);
    for (const auto& room : notification.names) {
      parts_.backplane.signal(room, Signal::notice, encode_notice(notification.event, notification.data, except));
    }
    return;
  }
  SessionOrder order;
  order.kind = SessionOrder::Kind::notify;
  order.event = notification.event;
  order.data = notification.data;
  for (const auto& name : notification.names) {
    notification.target == Target::users ? order.users.push_back(user_id_of(name)) : order.sessions.push_back(name);
  }
  parts_.sessions.carry_out(order, [](const Result<Obeyed>&) {});
}

}  // namespace chat
