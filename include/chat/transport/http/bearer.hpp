#pragma once

#include <boost/asio/ip/address.hpp>
#include <memory>
#include <string_view>

#include "chat/core/error.hpp"
#include "chat/core/principal.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/http/http.hpp"

namespace chat {

/// The token that a request carries: `Authorization: Bearer` (RFC 6750 §2.1), or else `access_token` in the query,
/// because browsers send no header with a WebSocket or an event stream (§2.3). Empty: none.
std::string_view bearer_token(const HttpRequest& request);

/// The identity that the request's token shows; null: it has none, or tokens are off. Errors: unauthorized, also if the
/// node requires a token, `may_follow` is false and there is none; rate_limited, if too many tokens of the client's
/// address were not accepted: then this one is not verified, unless the node has accepted it before. `may_follow`: the
/// client can still send one when it is connected. Thread: the shard's.
Result<std::shared_ptr<const Identity>> identity_in(const HttpRequest& request, Shard& shard,
                                                    const boost::asio::ip::address& client, bool may_follow);

/// 401 with the sentence, as RFC 6750 §3 has it; or 429.
HttpResponse make_unauthorized(const HttpRequest& request, const Failure& failure);

}  // namespace chat
