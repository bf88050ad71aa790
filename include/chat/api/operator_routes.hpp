#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "chat/api/server_api.hpp"
#include "chat/transport/http/router.hpp"

namespace chat {

/// POST /api/<find|drain|disconnect> for operators, on the listener of clients: the page /cluster calls them. The token
/// in `Authorization: Bearer` must make an operator, see is_operator(); in a cluster without tokens the client must be
/// on the machine of the node, see is_on_this_machine(). Pages of foreign origins are refused. Answers as
/// add_api_routes() with X-Error-Mode: transport; 403 to a client that is no operator. `api` runs on `loop` and
/// outlives the router, as `allowed_origins` does.
void add_operator_routes(Router& router, boost::asio::io_context& loop, ServerApi& api,
                         const std::vector<std::string>& allowed_origins);

}  // namespace chat
