#include "chat/transport/polling/logical_connection.hpp"

#include <utility>

#include "chat/base/assert.hpp"
#include "chat/base/log.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/polling/refreshing.hpp"

namespace chat {

namespace http = boost::beast::http;

LogicalConnection::LogicalConnection(LogicalConnections& owner, std::string_view id, Admitted client, Format format,
                                     DialoguePtr dialogue)
    : owner_(owner),
      id_size_(static_cast<std::uint8_t>(id.copy(id_.data(), id_.size()))),
      permit_(std::move(client.permit)),
      session_(owner.shard(), *this, format, std::move(dialogue)) {
  CHAT_ASSERT(id.size() == id_size_);
  log_debug(
      "session_opened",
      {{"session", session_.person().session_id()}, {"request", client.request_id}, {"protocol", client.protocol}});
  session_.token().enter(session_, std::move(client.let_in));
}

void LogicalConnection::take(const ConnectionRequest& request, const Answer& answer) {
  using Kind = ConnectionRequest::Kind;
  if (request.kind == Kind::written) {
    written(request.ack);
    return answer({http::status::accepted, {}});
  }
  if (request.kind == Kind::refresh) return answer(refreshed(session_, request.body));
  session_.heard(now());
  if (request.kind == Kind::poll) return poll(request.ack, answer);
  if (request.kind != Kind::send && request.kind != Kind::end) return take_from_socket(request, answer);
  if (session_.is_closing()) return answer({http::status::not_found, {}});
  if (request.kind == Kind::send) return answer({receive(request.body), {}});
  abort();
  answer({http::status::accepted, {}});
}

}  // namespace chat
