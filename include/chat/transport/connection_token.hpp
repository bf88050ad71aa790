#pragma once

#include <string>
#include <string_view>

namespace chat {

/// Names a connection of several requests: 16 random bytes and an HMAC-SHA256 over them under the cluster's secret, in
/// base64url. Any node can tell a genuine one without asking the node that made it, and nobody else can make one. It is
/// a secret of its client: whoever has it can speak for the connection, so it is never logged nor shown to others.
using ConnectionToken = std::string;

ConnectionToken mint_token(std::string_view secret);

/// Whether some node with this secret has made the token. Takes the same time however much of it is right.
bool is_genuine(std::string_view secret, std::string_view token);

/// The id in a genuine token: what nodes call the connection among themselves.
std::string_view id_of(std::string_view token);

}  // namespace chat
