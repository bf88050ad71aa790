#pragma once

#include <cstddef>
#include <vector>

#include "chat/core/command.hpp"
#include "chat/core/event.hpp"

namespace chat {

class Session;

/// The streams of one client that the application answers: one page after the other, until a page names no next, the
/// client cancels, or there are too many. Thread: the session's. Owner: its dialogue.
class ResultStreams {
 public:
  /// Begins a stream: asks for its first page.
  void handle(Session& session, const RequestId& id, Call& call);
  void cancel(Session& session, const RequestId& id);
  /// True: the event was a page, or came for a stream that was cancelled.
  bool take(Session& session, const RequestId& id, const Event& event);

 private:
  struct Stream {
    RequestId id;
    Call call;  // of the page that is awaited
    std::size_t pages = 0;
  };
  void ask(Session& session, const Stream& stream);
  Stream* find(const RequestId& id);
  void drop(const RequestId& id);

  std::vector<Stream> streams_;
};

}  // namespace chat
