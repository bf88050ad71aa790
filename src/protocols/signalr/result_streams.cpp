#include "protocols/signalr/result_streams.hpp"

#include <algorithm>
#include <utility>

#include "chat/sessions/session.hpp"
#include "protocols/signalr/limits.hpp"

namespace chat {

void ResultStreams::handle(Session& session, const RequestId& id, Call& call) {
  if (find(id) != nullptr) return session.refuse(id, ErrorCode::bad_request, "a stream of this id is open");
  if (streams_.size() >= limits::kResultStreamsPerSession) {
    session.send(id, Failure{ErrorCode::busy, "too many streams are open"});
    return;
  }
  ask(session, streams_.emplace_back(Stream{id, std::move(call)}));
}

/// The answer may be a refusal at once, which ends the stream: what is asked is a copy.
void ResultStreams::ask(Session& session, const Stream& stream) {
  const RequestId id = stream.id;
  Command command = stream.call;
  session.handle(id, command);
}

void ResultStreams::cancel(Session& session, const RequestId& id) {
  if (find(id) == nullptr) return;
  drop(id);
  session.send(id, Done{});
}

/// The items leave before the next page is asked for.
bool ResultStreams::take(Session& session, const RequestId& id, const Event& event) {
  const auto* const page = std::get_if<CallResult>(&event);
  Stream* const stream = find(id);
  if (stream == nullptr) return page != nullptr;
  if (page == nullptr || page->next.empty()) {
    if (page != nullptr || std::holds_alternative<Failure>(event)) drop(id);
    return false;
  }
  if (const auto items = make_frame(session.format(), id, event)) session.send(items, false);
  if (++stream->pages == limits::kResultPages) {
    drop(id);
    session.send(id, Failure{ErrorCode::too_large, "the result has more than 64 pages"});
  } else if (!session.is_closing()) {
    stream->call.page = page->next;
    ask(session, *stream);
  }
  return true;
}

ResultStreams::Stream* ResultStreams::find(const RequestId& id) {
  const auto place = std::find_if(streams_.begin(), streams_.end(), [&](const Stream& one) { return one.id == id; });
  return place == streams_.end() ? nullptr : &*place;
}

void ResultStreams::drop(const RequestId& id) {
  std::erase_if(streams_, [&](const Stream& one) { return one.id == id; });
}

}  // namespace chat
