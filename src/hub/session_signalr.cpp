// The session of a SignalR client: the handshake, its streams, its silence, and going on over another socket.
#include <algorithm>
#include <utility>

#include "chat/codec/signalr.hpp"
#include "chat/core/limits.hpp"
#include "chat/hub/session.hpp"
#include "chat/hub/shard.hpp"
#include "chat/hub/transport.hpp"
#include "hub/signalr_side.hpp"

namespace chat {
namespace {

constexpr const char* kLobby = "lobby";

/// Those are not numbered.
bool is_uncounted(const Command& command) {
  return std::holds_alternative<Acknowledge>(command) || std::holds_alternative<Restart>(command) ||
         std::holds_alternative<Goodbye>(command);
}

}  // namespace

void Session::negotiated(std::string token, bool resumable) {
  signalr_->token = std::move(token);
  signalr_->resumable = resumable;
  user_id_ = person_of(signalr_->token);
}

void Session::want_details() { signalr_->details = true; }

std::string_view Session::token() const { return signalr_ ? std::string_view(signalr_->token) : std::string_view{}; }

/// One hub message after the other: transports join and split them as they like. What is not whole stays where it is,
/// however little is added to it, and is not searched again.
void Session::receive_signalr(std::string_view bytes) {
  std::string held = std::exchange(signalr_->unread, {});
  std::size_t searched = std::exchange(signalr_->searched, 0);
  if (!held.empty()) bytes = held += bytes;
  bool counted = false;
  while (!is_closing() && !signalr_->waits) {
    const std::size_t size = signalr_message_size(ref_.format, bytes, std::exchange(searched, 0));
    if (size > limits::kHubMessageBytes) return close({CloseCode::too_big, "a hub message of more than 32 KiB"});
    if (size == 0) break;
    counted = take_hub_message(bytes.substr(0, size)) || counted;
    bytes.remove_prefix(size);
  }
  if (is_closing()) return;
  if (bytes.size() > (signalr_->waits ? limits::kHubTransportBytes : limits::kHubMessageBytes)) {
    return close({CloseCode::too_big, signalr_->waits ? "more than 256 KiB before the handshake is answered"
                                                      : "a hub message of more than 32 KiB"});
  }
  signalr_->searched = signalr_->waits ? 0 : bytes.size();
  signalr_->unread = bytes.size() == held.size() ? std::move(held) : std::string(bytes);
  if (counted && state_ == State::counted) {
    send_control(signalr_ack(ref_.format, signalr_->resumption->received()));
  }
}

/// Whether the message is one of those that are counted.
bool Session::take_hub_message(std::string_view message) {
  std::vector<Request> requests;
  codec_of(ref_.format).decode(message, requests);
  bool counted = false;
  for (auto& request : requests) {
    counted = counted || !is_uncounted(request.command);
    if (!is_ignored(request.command)) handle(request.id, request.command);
  }
  return counted;
}

// ---- handshake ---------------------------------------------------------------------------------------------------

/// A hub in which everybody hears everybody: who connects is in the lobby. That join's reply is the handshake's answer.
void Session::handle(const RequestId& id, Agree& agree) {
  const auto format = with_codec(ref_.format, signalr_->details ? with_details(agree.codec) : agree.codec);
  if (!format) return close({CloseCode::protocol_error, "this transport is for text"});
  ref_.format = *format;
  signalr_->waits = true;
  signalr_->resumable = signalr_->resumable && agree.resumable;
  Join join{kLobby, std::nullopt, 0};
  handle(id, join);
}

void Session::handle(const RequestId&, Disagree& disagree) { close(disagree.reason); }

void Session::on_agreed() {
  if (signalr_->resumable) {
    signalr_->resumption = std::make_unique<Resumption>();
    state_ = State::counted;
  }
  shard_.attend_later(*this);
  signalr_->waits = false;
  receive({});
}

void Session::handle(const RequestId&, Goodbye&) { close({CloseCode::normal, ""}); }

// ---- streams of the client's ---------------------------------------------------------------------------------------

void Session::handle(const RequestId& id, OpenUpload& upload) {
  if (find_upload(upload.stream) != nullptr) {
    return refuse(id, ErrorCode::bad_request, "a stream of this id is open");
  }
  if (signalr_->uploads.size() >= limits::kUploadsPerSession) {
    return send(id, Failure{ErrorCode::busy, "too many streams are open"});
  }
  signalr_->uploads.push_back({id, std::move(upload)});
}

SignalRUpload* Session::find_upload(std::string_view stream) {
  auto& uploads = signalr_->uploads;
  const auto place = std::find_if(uploads.begin(), uploads.end(),
                                  [&](const SignalRUpload& upload) { return upload.open.stream == stream; });
  return place == uploads.end() ? nullptr : &*place;
}

/// A stream of which something was refused is not there any more.
void Session::handle(const RequestId&, UploadItem& item) {
  SignalRUpload* const upload = find_upload(item.stream);
  if (upload == nullptr) return;
  ++upload->pending;
  const RequestId part = upload->open.each_id;
  if (!item.content) return refuse(part, item.content.error().code, item.content.error().message);
  Send send = upload->open.each;
  send.content = std::move(*item.content);
  handle(part, send);
}

void Session::handle(const RequestId&, EndUpload& end) {
  SignalRUpload* const upload = find_upload(end.stream);
  if (upload == nullptr) return;
  if (end.failure) return fail_upload(*upload, *end.failure);
  upload->ended = true;
  finish_upload(*upload);
}

/// An invocation without an id has no answer, and nobody is told of its parts either.
void Session::finish_upload(SignalRUpload& upload) {
  if (!upload.ended || (upload.pending > 0 && !upload.id.empty())) return;
  const RequestId id = upload.id;
  drop_upload(upload);
  send(id, Done{});
}

void Session::drop_upload(SignalRUpload& upload) {
  auto& uploads = signalr_->uploads;
  if (&upload != &uploads.back()) std::swap(upload, uploads.back());
  uploads.pop_back();
}

/// What became of a part: the first that is refused ends the stream.
void Session::on_uploaded(const RequestId& part, const Event& event) {
  auto& uploads = signalr_->uploads;
  const auto place = std::find_if(uploads.begin(), uploads.end(),
                                  [&](const SignalRUpload& upload) { return upload.open.each_id == part; });
  if (place == uploads.end()) return;
  if (place->pending > 0) --place->pending;
  if (!std::holds_alternative<Failure>(event)) return finish_upload(*place);
  fail_upload(*place, event);
}

void Session::fail_upload(SignalRUpload& upload, const Event& failure) {
  const RequestId id = upload.id;
  drop_upload(upload);
  send(id, failure);
}

// ---- life --------------------------------------------------------------------------------------------------------

void Session::attend(Instant now) {
  if (is_closing()) return;
  shard_.attend_later(*this);
  if (now - last_heard_ > shard_.settings().hub_silence) return transport_.abort();
  send_control(signalr_ping(ref_.format));
}

void Session::send_control(const SharedBytes& frame) {
  if (is_closing() || (signalr_ && signalr_->detached)) return;
  queue(frame, false);
}

// ---- another socket ------------------------------------------------------------------------------------------------

bool Session::is_resumable() const { return state_ == State::counted && signalr_->resumption->is_whole(); }

/// Nothing numbered may be dropped on the way, hints neither.
void Session::send_counted(const SharedBytes& frame) {
  signalr_->resumption->keep(frame, signalr_messages(ref_.format, frame.view()));
  if (!signalr_->detached) return queue(frame, false);
  if (!is_resumable()) transport_.abort();
}

void Session::detach() {
  signalr_->detached = true;
  signalr_->unread.clear();  // the client says again what was cut off
  signalr_->searched = 0;
  outbox_.clear();
  last_heard_ = shard_.clock().now();
}

/// What has been here before; and, over another socket, all before the client has said where it goes on.
bool Session::is_ignored(const Command& command) {
  if (state_ != State::counted || is_uncounted(command)) return false;
  return signalr_->detached || !signalr_->resumption->take();
}

void Session::handle(const RequestId&, Acknowledge& acknowledge) {
  if (state_ == State::counted) signalr_->resumption->acknowledge(acknowledge.last);
}

/// A client that opens a socket and forgets it says nothing there, and is told nothing.
void Session::handle(const RequestId&, Restart& restart) {
  if (state_ != State::counted || !signalr_->resumption->restart(restart.next)) {
    return close({CloseCode::protocol_error, "messages before this one are missing"});
  }
  if (!std::exchange(signalr_->detached, false)) return;
  send_control(signalr_sequence(ref_.format, signalr_->resumption->first_kept()));
  for (const auto& kept : signalr_->resumption->frames()) queue(kept.frame, false);
}

}  // namespace chat
