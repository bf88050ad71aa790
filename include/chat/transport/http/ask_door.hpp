#pragma once

#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <string_view>
#include <variant>

#include "chat/core/principal.hpp"
#include "chat/sessions/door.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/http/http.hpp"

namespace chat {

/// Lets a client in, or has a response that says why not.
using Welcomed = std::variant<LetIn, HttpResponse>;

/// Asks the door, if it is watched, whether the client of the request may begin a session; `identity`: of its token.
/// `then` is called on the shard's thread, perhaps before this returns. `request` must live until then.
void ask_door(Door* door, const HttpRequest& request, std::string_view protocol, const boost::asio::ip::address& client,
              std::shared_ptr<const Identity> identity, Shard& shard, std::function<void(Welcomed)> then);

}  // namespace chat
