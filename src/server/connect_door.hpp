#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/base/snapshot.hpp"
#include "chat/hooks/hook_caller.hpp"
#include "chat/sessions/door.hpp"

namespace chat {

/// The entry of a client by the answer of the application: what the answer has takes the place of the token's, and of
/// newer tokens'; its rights are added. Rights, or an end, without a user are no usable answer: 503.
Entry entry_by(const ConnectAnswer& answer, std::shared_ptr<const Identity> token);

/// Asks the hook `connect`. Thread: see Door. Owner: Node.
class ConnectDoor final : public Door {
 public:
  /// References must outlive it. `loop`: of the caller. `node`: its id.
  ConnectDoor(boost::asio::io_context& loop, HookCaller& caller, const Snapshot<HookRules>& rules, const Clock& clock,
              std::string node)
      : loop_(loop), caller_(caller), rules_(rules), clock_(clock), node_(std::move(node)) {}

  bool is_watched() const override { return rules_.get()->find(HookEvent::connect) != nullptr; }
  std::vector<std::string> headers() const override;
  void decide(ConnectRequest connect, std::function<void(Entry)> done) override;

 private:
  boost::asio::io_context& loop_;
  HookCaller& caller_;
  const Snapshot<HookRules>& rules_;
  const Clock& clock_;
  std::string node_;
};

}  // namespace chat
