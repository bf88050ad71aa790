#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/codec/json/json_view.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/core/shared_bytes.hpp"
#include "protocols/socketio/cursors.hpp"
#include "protocols/socketio/recovery.hpp"

namespace chat {

class Session;

/// A CONNECT of a client until it is answered. The client says its identity (a `hello`), then joins: the rooms in which
/// it was, if it shows the recovery token and the place of an earlier session; else the lobby. A session is recovered
/// if each room goes on right behind its cursor; if one does not, the client is told that it begins anew. Thread: the
/// session's. Owner: its dialogue.
class Connecting {
 public:
  /// `secret`: of recovery tokens; nullptr: no session is recovered.
  explicit Connecting(const ClusterSecret* secret) : secret_(secret) {}

  void start(Session& session, std::optional<JsonView> auth);

  struct Refused {
    Failure failure;
  };
  struct Connected {
    std::string token;  // for the next recovery; empty: none
    Cursors cursors;    // of the rooms, behind `messages`
    /// recovered: rooms that lost their tail while the client was away.
    std::vector<Rewound> rewound;
    /// recovered: the joins of its rooms, with the messages that the client missed.
    std::vector<Joined> missed;
    Cursors before;  // recovered: where the client was
    bool recovered = false;
    std::optional<Failure> lobby;  // why it is closed to the client
    std::optional<Welcome> welcome;
  };
  using Outcome = std::variant<std::monostate, Refused, Connected>;
  /// Takes an answer to one of the requests. Monostate: others are awaited.
  Outcome take(Session& session, const RequestId& id, const Event& event);
  static bool is_own(const RequestId& id) { return id.starts_with('c'); }

  /// Takes an event that came before the answer. A room's loss stands before its missed messages, or behind them.
  void take_push(Session& session, const Event& event);
  /// Keeps a frame that came before the answer. False: there are too many.
  bool hold(const SharedBytes& frame);
  const std::vector<SharedBytes>& held() const { return held_; }

 private:
  void read_token(Session& session, JsonView auth);
  Outcome on_hello(Session& session, const Event& event);
  Outcome on_rejoined(Session& session, const RequestId& id, const Event& event);
  Outcome on_lobby(Session& session, const Event& event);
  void rejoin(Session& session);
  bool is_rejoined(const std::string& room) const;
  void join_lobby(Session& session);

  const ClusterSecret* secret_;
  std::string shown_;                     // the token that the client shows
  std::optional<RecoveryToken> earlier_;  // read from it
  std::optional<Welcome> welcome_;
  std::vector<std::optional<Joined>> rejoined_;  // of earlier_'s rooms
  std::vector<Rewound> rewound_;                 // before these joins were answered
  std::size_t awaited_ = 0;
  bool broken_ = false;  // a room does not go on
  std::optional<Failure> temporary_;
  std::vector<SharedBytes> held_;
  std::size_t held_bytes_ = 0;
};

}  // namespace chat
