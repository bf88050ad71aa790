#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "chat/codec/format.hpp"
#include "chat/sessions/dialogue.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/http.hpp"

namespace chat {

class Session;

/// How a protocol is spoken over WebSockets: the upgrade, and the session that comes of it.
struct WebSocketProtocol {
  std::string subprotocol{};         // for which clients must ask; empty: for none
  Format format{};                   // in which a session begins
  std::optional<Format> deflated{};  // for clients that offer compression
  std::size_t message_bytes = 0;     // of one message, or of one frame where messages come in pieces
  bool in_pieces = false;            // the dialogue gets messages as they arrive
  bool token_may_follow = false;     // a client can show its token after the upgrade, too
  bool has_tokens = false;           // `id` in the query names a connection that begins once, on any node
  /// The dialogue of a new session.
  std::function<DialoguePtr(const HttpRequest& request, const Negotiated& negotiated)> dialogue{};
  /// The upgrade has been answered; may be left out.
  std::function<void(Session& session, const HttpRequest& request)> on_open{};
};

}  // namespace chat
