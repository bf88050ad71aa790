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

constexpr Seconds kSilenceBeforeEnd{30};
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

std::string_view Session::token() const { return signalr_ ? std::string_view(signalr_->token) : std::string_view{}; }

void Session::receive_signalr(std::string_view payload) {
  if (auto& early = signalr_->early) {
    if (early->size() + payload.size() > limits::kHubMessageBytes) {
      return close({CloseCode::policy, "too much before the handshake was answered"});
    }
    *early += payload;
    return;
  }
  std::vector<Request> requests;
  codec_of(ref_.format).decode(payload, requests);
  bool counted = false;
  for (auto& request : requests) {
    if (is_closing()) return;
    counted = counted || !is_uncounted(request.command);
    if (!is_ignored(request.command)) handle(request.id, request.command);
  }
  if (counted && state_ == State::counted) {
    send_control(signalr_ack(ref_.format, signalr_->resumption->received()));
  }
}

// ---- handshake ---------------------------------------------------------------------------------------------------

/// A hub in which everybody hears everybody: who connects is in the lobby. That join's reply is the handshake's answer.
void Session::handle(const RequestId& id, Agree& agree) {
  const auto format = with_codec(ref_.format, agree.codec);
  if (!format) return close({CloseCode::protocol_error, "this transport is for text"});
  ref_.format = *format;
  signalr_->early = std::move(agree.rest);
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
  if (const auto early = std::exchange(signalr_->early, std::nullopt); !early->empty()) receive(*early);
}

void Session::handle(const RequestId&, Goodbye&) { close({CloseCode::normal, ""}); }

// ---- streams of the client's ---------------------------------------------------------------------------------------

void Session::handle(const RequestId& id, OpenUpload& upload) {
  if (signalr_->uploads.size() >= limits::kUploadsPerSession) {
    return refuse(id, ErrorCode::busy, "too many streams are open");
  }
  signalr_->uploads.push_back({id, std::move(upload)});
}

void Session::handle(const RequestId&, UploadItem& item) {
  for (const auto& upload : signalr_->uploads) {
    if (upload.open.stream != item.stream) continue;
    Send send = upload.open.each;
    send.content = std::move(item.content);
    return handle(upload.open.each_id, send);
  }
}

void Session::handle(const RequestId&, EndUpload& end) {
  const auto place = std::find_if(signalr_->uploads.begin(), signalr_->uploads.end(),
                                  [&](const SignalRSide::Upload& upload) { return upload.open.stream == end.stream; });
  if (place == signalr_->uploads.end()) return;
  send(place->id, Done{});
  signalr_->uploads.erase(place);
}

// ---- life --------------------------------------------------------------------------------------------------------

void Session::attend(Instant now) {
  if (is_closing()) return;
  shard_.attend_later(*this);
  if (now - last_heard_ > kSilenceBeforeEnd) return transport_.abort();
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
