#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// Carries a request to the node that holds a connection, and its answer back: the HTTP requests of one client may
/// reach any node. An address is the id of a connection. Requests and answers are bytes.
/// Thread: every method, handler and completion on the backplane loop; no completion is called before its method
/// returns. Errors: unavailable (not connected, or no answer in time: whether the node took the request is then
/// unknown), not_found.
class Messenger {
 public:
  using Answer = std::function<void(std::string answer)>;
  /// Takes a request and calls `answer` once, at once or later. The request lives until the call returns.
  using Handler = std::function<void(std::string_view request, Answer answer)>;

  virtual ~Messenger() = default;
  /// From its completion on, `handler` gets the requests of all nodes for `address`.
  virtual void listen(std::string address, Handler handler, Completion<bool> done) = 0;
  virtual void unlisten(std::string_view address) = 0;
  /// If no node listens at the address: not_found, at once.
  virtual void ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) = 0;
};

}  // namespace chat
