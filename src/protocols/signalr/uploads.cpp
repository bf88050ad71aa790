#include "protocols/signalr/uploads.hpp"

#include <algorithm>
#include <utility>

#include "chat/sessions/session.hpp"
#include "protocols/signalr/limits.hpp"

namespace chat {

void Uploads::handle(Session& session, const RequestId& id, OpenUpload& upload) {
  if (find(upload.stream) != nullptr) {
    return session.refuse(id, ErrorCode::bad_request, "a stream of this id is open");
  }
  if (uploads_.size() >= limits::kUploadsPerSession) {
    session.send(id, Failure{ErrorCode::busy, "too many streams are open"});
    return;
  }
  uploads_.push_back({id, std::move(upload)});
}

Uploads::Upload* Uploads::find(std::string_view stream) {
  const auto place = std::find_if(uploads_.begin(), uploads_.end(),
                                  [&](const Upload& upload) { return upload.open.stream == stream; });
  return place == uploads_.end() ? nullptr : &*place;
}

/// A stream of which a message was refused is not there any more.
void Uploads::handle(Session& session, const RequestId&, UploadItem& item) {
  Upload* const upload = find(item.stream);
  if (upload == nullptr) return;
  ++upload->pending;
  const RequestId part = upload->open.each_id;
  if (!item.content) return session.refuse(part, item.content.error().code, item.content.error().message);
  Send send = upload->open.each;
  send.content = std::move(*item.content);
  Command command = std::move(send);
  session.handle(part, command);
}

void Uploads::handle(Session& session, const RequestId&, EndUpload& end) {
  Upload* const upload = find(end.stream);
  if (upload == nullptr) return;
  if (end.failure) return fail(session, *upload, *end.failure);
  upload->ended = true;
  finish(session, *upload);
}

void Uploads::on_answer(Session& session, const RequestId& part, const Event& event) {
  const auto place =
      std::find_if(uploads_.begin(), uploads_.end(), [&](const Upload& upload) { return upload.open.each_id == part; });
  if (place == uploads_.end()) return;
  if (place->pending > 0) --place->pending;
  std::holds_alternative<Failure>(event) ? fail(session, *place, event) : finish(session, *place);
}

/// An invocation without an id has no answer, and its messages have none either.
void Uploads::finish(Session& session, Upload& upload) {
  if (!upload.ended || (upload.pending > 0 && !upload.id.empty())) return;
  const RequestId id = upload.id;
  drop(upload);
  session.send(id, Done{});
}

void Uploads::fail(Session& session, Upload& upload, const Event& failure) {
  const RequestId id = upload.id;
  drop(upload);
  session.send(id, failure);
}

void Uploads::drop(Upload& upload) {
  if (&upload != &uploads_.back()) std::swap(upload, uploads_.back());
  uploads_.pop_back();
}

}  // namespace chat
