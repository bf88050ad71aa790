#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chat/api/session_control.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/snapshot.hpp"
#include "chat/core/policy.hpp"
#include "chat/hooks/hook_caller.hpp"
#include "chat/hooks/hook_request.hpp"
#include "chat/rooms/application.hpp"

namespace chat {

/// The fault of the file of --hooks, as a sentence; empty: none, or there is no file.
std::string fault_in_hooks_file(const std::string& path);

/// The application behind --hooks. Reads the file again when it is asked to; a file that is broken by then leaves the
/// rules as they were. Thread: the loop of the rooms; has_method() any. Owner: the node, which destroys it when the
/// loop does not run.
class ApplicationHooks final : public Application {
 public:
  struct Parts {
    boost::asio::io_context& loop;
    Backplane& backplane;
    SessionControl& sessions;
    const Policy& policy;
    const Clock& clock;
    std::string node;  // id
  };
  /// Throws std::runtime_error if the file at `path` has a fault.
  ApplicationHooks(Parts parts, const std::string& path);

  void reload();
  HookCaller& caller() { return caller_; }
  /// As they were read last; for every thread.
  const Snapshot<HookRules>& rules() const { return rules_; }
  bool has_method(std::string_view method) const { return rules_.get()->concerns_method(method); }

  bool decides_joins(std::string_view room) const override;
  void decide_join(const Asker& asker, const std::string& room, Completion<std::optional<Rights>> done) override;
  bool decides_messages(std::string_view room) const override;
  void decide_message(const MessageQuestion& question, Completion<MessageDecision> done) override;
  void call(const Asker& asker, const Call& call, Completion<CallResult> done) override;

 private:
  HookRequest request(HookEvent event, const Asker& asker) const;
  /// The actions of an answer. `mark`: of the question, 43 bytes; the same messages with the same mark are stored once.
  /// Empty: the question may be asked once only.
  struct Work {
    HookActions actions;
    std::string mark{};
  };
  /// Completes when the messages are stored and the notifications are on their way. Errors: those of an append; what
  /// was before it stays.
  void carry_out(std::shared_ptr<const Work> work, Completion<bool> done);
  void publish(std::shared_ptr<const Work> work, std::size_t from, Completion<bool> done);
  void notify(const HookNotification& notification);

  Parts parts_;
  std::string path_;
  Snapshot<HookRules> rules_;
  HttpClient http_;
  HookCaller caller_;
};

}  // namespace chat
