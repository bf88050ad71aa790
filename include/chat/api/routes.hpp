#pragma once

#include <boost/asio/io_context.hpp>

#include "chat/api/api_keys.hpp"
#include "chat/api/server_api.hpp"
#include "chat/base/snapshot.hpp"
#include "chat/transport/http/router.hpp"

namespace chat {

/// POST /api/<method> with the parameters as its body and the secret of a key in X-API-Key. The answer is 200 with
/// {"result":…} or {"error":{"code":…,"message":…}}, or 401 without a good key. With the header `X-Error-Mode:
/// transport` the status of HTTP tells the error, too. `api` runs on `loop` and outlives the router, as `keys` does.
void add_api_routes(Router& router, boost::asio::io_context& loop, ServerApi& api, const Snapshot<ApiKeys>& keys);

}  // namespace chat
