#include "chat/transport/polling/logical_connection.hpp"

#include <utility>

#include "chat/sessions/shard.hpp"

namespace chat {

namespace http = boost::beast::http;

LogicalConnection::LogicalConnection(LogicalConnections& owner, std::string id, Admitted client, Format format,
                                     DialoguePtr dialogue)
    : owner_(owner),
      id_(std::move(id)),
      permit_(std::move(client.permit)),
      session_(owner.shard(), *this, format, std::move(dialogue)) {
  if (client.identity) session_.authenticate(std::move(client.identity));
}

void LogicalConnection::take(const ConnectionRequest& request, const Answer& answer) {
  using Kind = ConnectionRequest::Kind;
  if (request.kind == Kind::written) {
    written(request.ack);
    return answer({http::status::accepted, {}});
  }
  session_.heard(now());
  if (request.kind == Kind::poll) return poll(request.ack, answer);
  if (session_.is_closing()) return answer({http::status::not_found, {}});
  if (request.kind == Kind::send) {
    session_.receive(request.body);
  } else {
    abort();
  }
  answer({http::status::accepted, {}});
}

}  // namespace chat
