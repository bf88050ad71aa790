#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// What the cluster's tokens are signed with: 16 to 256 bytes. A shorter one can be guessed from a token.
inline bool is_good_secret(std::string_view secret) { return secret.size() >= 16 && secret.size() <= 256; }

/// The secret of a cluster, and the one it had before; empty: there is none.
struct SharedSecret {
  std::string current;
  std::string previous;
};

/// Carries a request to whichever node holds a connection, and its answer back: clients that come by several HTTP
/// requests may come to any node. An address is the id of a connection. Requests and answers are bytes.
/// Thread: every method, handler and completion on the backplane loop; no completion is called before its method
/// returns. Errors: unavailable (not connected, or no answer in time: whether the request was taken is then unknown),
/// not_found.
class Relay {
 public:
  using Answer = std::function<void(std::string answer)>;
  /// Takes a request and calls `answer` once when it can, also later. The request lives until the call returns.
  using Handler = std::function<void(std::string_view request, Answer answer)>;

  virtual ~Relay() = default;
  /// From its completion on, what any node asks at `address` comes here.
  virtual void listen(std::string address, Handler handler, Completion<bool> done) = 0;
  virtual void unlisten(std::string_view address) = 0;
  /// Where nobody listens: not_found, at once.
  virtual void ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) = 0;
  /// Takes `name` for whoever asks first; false: it has been taken, less than `kept` ago.
  virtual void claim(std::string name, Seconds kept, Completion<bool> done) = 0;
  /// The secret that all nodes share: `offer`, unless there is one already, good or not.
  virtual void agree(std::string offer, Completion<SharedSecret> done) = 0;
  /// Makes `secret` the current one. The one before, if it was good, stays known as the previous one for `kept`.
  virtual void rotate(std::string secret, Seconds kept, Completion<bool> done) = 0;
};

}  // namespace chat
