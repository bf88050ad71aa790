#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"
#include "chat/hooks/breaker.hpp"
#include "chat/hooks/hook_event.hpp"
#include "chat/hooks/signature.hpp"
#include "chat/http/http_url.hpp"

namespace chat {

/// Bytes of the file at most.
inline constexpr std::size_t kMaxHookRulesBytes = 256 * 1024;

/// Events that wait in the store, unless the file says another number.
inline constexpr std::uint32_t kMaxWaitingEvents = 1'000'000;

/// How the cluster calls the application for one event.
struct HookRule {
  HttpUrl url;
  Milliseconds timeout{1000};      // of a whole call, its time in the queue included
  std::uint32_t concurrency = 32;  // calls under way
  std::uint32_t queue = 1024;      // calls that wait; synchronous hooks only
  bool allow_on_failure = false;   // a failed call counts as an empty answer, not as a refusal
  std::uint32_t attempts = 10;     // of an asynchronous event, see PoisonWatch
  BreakerSettings breaker{};
  std::vector<std::string> rooms{};    // patterns; empty: every room
  std::vector<std::string> methods{};  // of `call`; empty: every method
  std::vector<std::string> headers{};  // of `connect`, beside Origin and User-Agent; in lower case
};

/// The hooks of the application, from the file of --hooks; src/hooks/README.md describes it.
/// Immutable. Thread: any, several at once. Owner: the node.
class HookRules {
 public:
  using Table = std::array<std::optional<HookRule>, kHookEvents>;

  HookRules(HookSigner signer, std::string ca_file, std::uint32_t max_events, Table hooks)
      : signer_(std::move(signer)), ca_file_(std::move(ca_file)), max_events_(max_events), hooks_(std::move(hooks)) {}

  /// Null: the application has no such hook.
  const HookRule* find(HookEvent event) const {
    const auto& rule = hooks_[index_of(event)];
    return rule ? &*rule : nullptr;
  }
  /// Whether the hook exists and is for this room; for an event without a room pass "".
  bool concerns(HookEvent event, std::string_view room) const;
  /// Whether the hook `call` exists and is for this method.
  bool concerns_method(std::string_view method) const;

  const HookSigner& signer() const { return signer_; }
  /// PEM of the authority that signed the application's certificate; empty: the system's.
  const std::string& ca_file() const { return ca_file_; }
  /// Events that may wait in the store.
  std::uint32_t max_events() const { return max_events_; }
  /// Whether any event is asynchronous.
  bool has_events() const;

 private:
  HookSigner signer_;
  std::string ca_file_;
  std::uint32_t max_events_;
  Table hooks_;
};

/// Rules from the text of a file; reads the secret file that it names. `source`: its name in errors.
/// Errors: bad_request, with a sentence that names the source, the place in it and the remedy.
Result<std::shared_ptr<const HookRules>> hook_rules_from_text(std::string_view text, std::string_view source);
/// The same from a file.
Result<std::shared_ptr<const HookRules>> hook_rules_from_file(const std::string& path);

}  // namespace chat
