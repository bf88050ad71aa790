#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// An order of the application to open sessions: those of a user, or one session; `notify`: those of its lists.
struct SessionOrder {
  /// 4 was an order of earlier versions. A node of these must not take a list for an order to everybody.
  enum class Kind : std::uint8_t { disconnect = 0, subscribe = 1, unsubscribe = 2, refresh = 3, ask = 5, notify = 6 };
  Kind kind = Kind::disconnect;
  std::string user;                     // public id; empty: any
  std::string session;                  // id; empty: each session of the user
  std::string room{};                   // subscribe, unsubscribe
  Rights rights{};                      // subscribe: given to users of a token, beside their own
  bool may_return = false;              // disconnect
  UnixMs expires_at = 0;                // refresh: of the user's token from now on
  std::string event{};                  // notify; ask: the method
  std::string data{};                   // notify: JSON; ask: the arguments, a list
  Milliseconds timeout{0};              // ask
  std::vector<std::string> users{};     // notify: public ids
  std::vector<std::string> sessions{};  // notify: ids
};

/// Text for other nodes, and back. Errors: bad_request.
std::string encode(const SessionOrder& order);
Result<SessionOrder> decode_session_order(std::string_view text);

/// No node holds the session.
Failure no_session();

/// The outcome of a question for other nodes, and back. Errors: those of the outcome; not_found where it cannot be
/// read.
std::string encode_answer(const Result<std::string>& answer);
Result<std::string> decode_answer(std::string_view text);

/// The outcome of an order in the cluster.
struct Obeyed {
  std::size_t sessions = 0;             // that the order concerned
  std::vector<std::string> unanswered;  // ids of nodes that have not answered in time, or cannot be reached now
};

/// Carries out orders on every node of the cluster. Thread: the backplane loop. Errors: unavailable, busy (too many
/// orders are under way).
class SessionControl {
 public:
  virtual ~SessionControl() = default;
  virtual void carry_out(const SessionOrder& order, Completion<Obeyed> done) = 0;
  /// Gives the answer of the one session that the order names, JSON. Errors: not_found (there is none, or it has
  /// ended), timed_out, refused (in the client's words), busy, unavailable.
  virtual void ask(const SessionOrder& order, Completion<std::string> done) = 0;
};

}  // namespace chat
