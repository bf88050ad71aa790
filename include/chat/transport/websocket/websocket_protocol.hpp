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

class ConnectionRelay;
class Session;

/// How a WebSocket takes over a connection that has been polled so far, on whichever node that is.
struct Handover {
  /// The id of the connection; empty: the request is for a new one.
  std::function<std::string(const HttpRequest& request)> connection;
  /// The dialogue of the socket, which carries the connection's frames. The relay outlives it.
  std::function<DialoguePtr(const std::string& connection, ConnectionRelay& relay)> dialogue;
  /// The answer if there is no such connection.
  std::function<HttpResponse(const HttpRequest& request)> refusal;
};

/// A protocol over WebSockets: its upgrade, and the sessions that follow.
struct WebSocketProtocol {
  std::string subprotocol{};         // for which clients must ask; empty: for none
  Format format{};                   // in which a session begins
  std::optional<Format> deflated{};  // for clients that offer compression
  std::size_t message_bytes = 0;     // of one message, or of one frame where messages come in pieces
  bool in_pieces = false;            // the dialogue gets messages as they arrive
  bool token_may_follow = false;     // a client can show its token after the upgrade, too
  bool has_tokens = false;           // `id` in the query names a connection that begins once, on any node
  /// Why the protocol does not accept a request; may be left out.
  std::function<std::optional<HttpResponse>(const HttpRequest& request)> fault{};
  std::optional<Handover> handover{};
  /// The dialogue of a new session.
  std::function<DialoguePtr(const HttpRequest& request, const Negotiated& negotiated)> dialogue{};
  std::string name{};  // as the application knows it
  /// The upgrade has been answered; may be left out.
  std::function<void(Session& session, const HttpRequest& request)> on_open{};
};

}  // namespace chat
