#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/transport/cluster_secret.hpp"

namespace chat {

/// Names a connection of several requests or sockets: the time it was made (48 bits of Unix milliseconds), 10 random
/// bytes and an HMAC-SHA256 over both under the cluster's secret, in base64url. Any node recognises a genuine one
/// without asking the node that made it, and only nodes can make one. It is a secret of its client: a program that has
/// it can speak for the connection. Therefore it is never logged nor shown to others.
using ConnectionToken = std::string;

/// The result of a negotiation.
struct Negotiated {
  ConnectionToken token;   // empty: without one
  bool resumable = false;  // it may go on over another socket
};

ConnectionToken mint_token(std::string_view secret, UnixMs now, bool resumable = false);

/// Whether some node with this secret has made the token of a connection that is not resumable. Takes the same
/// time for every wrong token.
bool is_genuine(std::string_view secret, std::string_view token);

/// Whether a node of this cluster has made the token; says which kind it is.
bool was_negotiated(std::string_view secret, Negotiated& connection);
bool was_negotiated(const ClusterSecret& secret, Negotiated& connection);

/// When a genuine token was made, by the clock of the node that made it.
UnixMs minted_at(std::string_view token);

/// The id in a genuine token: the name of the connection among nodes. It has kConnectionIdBytes.
std::string_view id_of(std::string_view token);

inline constexpr std::size_t kConnectionIdBytes = 22;  // of base64url

/// For a client to begin its connection, and for clocks of nodes to differ. A genuine token that comes later names a
/// connection that is gone.
inline constexpr Seconds kBeginTime{20};
bool may_begin(std::string_view token, UnixMs now);

}  // namespace chat
