#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/core/principal.hpp"

namespace chat {

/// A client whose session is about to begin, or which shows a token that its first request did not have.
struct ConnectRequest {
  std::string address{};
  std::string protocol{};  // see WebSocketProtocol::name
  std::string path{};
  std::string query{};                                         // without its token
  std::vector<std::pair<std::string, std::string>> headers{};  // names in lower case
  std::shared_ptr<const Identity> identity{};                  // of its token; null: it has none
};

/// The decision about a request to connect.
struct Entry {
  std::shared_ptr<const Identity> identity{};  // of the session; null: a guest
  unsigned status = 0;                         // of HTTP, for a client that is refused; 0: it is let in
  std::string text{};                          // for the same
};

/// How a client came in. Empty: nothing decided on it.
struct LetIn {
  std::shared_ptr<const Identity> identity{};       // null: a guest
  std::shared_ptr<const ConnectRequest> request{};  // as it was asked about; null: it was not
  bool is_on_this_machine = false;                  // the client, see chat/transport/http/on_this_machine.hpp
};

/// Decides on clients before their session begins. Thread: every shard's. Owner: Node.
class Door {
 public:
  virtual ~Door() = default;
  /// Whether it decides at all; else no client waits.
  virtual bool is_watched() const = 0;
  /// The headers that a request has, names in lower case.
  virtual std::vector<std::string> headers() const = 0;
  /// `done` is called once, on another thread.
  virtual void decide(ConnectRequest connect, std::function<void(Entry)> done) = 0;
};

}  // namespace chat
