#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "chat/core/event.hpp"
#include "protocols/signalr/request.hpp"

namespace chat {

class Session;

/// The streams of messages that one client has open. The invocation that opened a stream is answered when the stream
/// has ended and each of its messages was answered, or when one is refused. Thread: the session's. Owner: its dialogue.
class Uploads {
 public:
  void handle(Session& session, const RequestId& id, OpenUpload& upload);
  void handle(Session& session, const RequestId& id, UploadItem& item);
  void handle(Session& session, const RequestId& id, EndUpload& end);
  /// The answer to one message of a stream.
  void on_answer(Session& session, const RequestId& part, const Event& event);

 private:
  struct Upload {
    RequestId id;
    OpenUpload open;
    std::size_t pending = 0;  // messages that are not answered yet
    bool ended = false;       // by the client
  };
  Upload* find(std::string_view stream);
  void finish(Session& session, Upload& upload);
  void fail(Session& session, Upload& upload, const Event& failure);
  void drop(Upload& upload);

  std::vector<Upload> uploads_;
};

}  // namespace chat
