#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/command.hpp"
#include "chat/core/error.hpp"
#include "chat/core/principal.hpp"
#include "chat/sessions/door.hpp"

namespace chat {

class Session;

/// The token of one session: the session takes it, warns its client before the end, and ends with it. While the
/// application decides on a token, requests wait. Thread: the session's. Owner: the session, which each call names.
class SessionToken {
 public:
  /// The door has let the client in. Ends the session if the user may not be here.
  void enter(Session& session, LetIn let_in);
  /// The identity of the session from now on. Ends the session if the user may not be here.
  void authenticate(Session& session, std::shared_ptr<const Identity> identity);
  /// The same by a newer token: the grant of the application stays.
  void renew(Session& session, const std::shared_ptr<const Identity>& token);
  /// A newer token of the session's user has come beside the connection. Returns its end, 0: it has none. Errors:
  /// unauthorized; forbidden: it is another user's; rate_limited. The session keeps the token that it has then.
  Result<UnixMs> refresh(Session& session, std::string_view token);
  /// Calls `then` if the token in a request is good, after the application has decided on it, too. Otherwise the
  /// request is answered.
  void take(Session& session, const RequestId& id, std::string_view token, std::function<void()> then);

  /// Whether the client may see and drain nodes, and end sessions: its token says so, or, in a cluster without tokens,
  /// it is on the machine of the node.
  bool is_operator(Session& session) const;

  /// True: the request waits until the application has decided, or is answered.
  bool postpones(Session& session, const RequestId& id, Command& command);
  /// An alarm that this object has set.
  void on_alarm(Session& session, Instant due);

 private:
  struct Deciding {
    RequestId id;
    std::function<void()> then;
    std::vector<std::pair<RequestId, Command>> behind;  // requests that came meanwhile
  };

  void ask_door(Session& session, const RequestId& id, std::shared_ptr<const Identity> token,
                std::function<void()> then);
  void on_entry(Session& session, Entry entry);
  void watch(Session& session);

  Instant alarm_{};                                // the one that counts
  std::shared_ptr<const ConnectRequest> came_by_;  // of a guest about whom the application was asked
  std::unique_ptr<Deciding> deciding_;             // the application decides on a token
  bool expiry_told_ = false;
  bool is_on_this_machine_ = false;
};

}  // namespace chat
