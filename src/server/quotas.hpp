#pragma once

#include "chat/base/rate_limit.hpp"
#include "chat/rooms/usage_meters.hpp"
#include "chat/server/config.hpp"

/// The limits of a person and of an address, from the settings of a node. deploy/README.md has the same as a table.
namespace chat {

/// Requests other than messages, in units of rooms/prices.hpp.
RateLimit requests_of_person(const Config& config);
RateLimit requests_of_address(const Config& config);
/// The limits of stored messages, over all nodes.
UsageLimits usage_limits(const Config& config);
/// Of one address at this node.
RateLimit connects_of_address(const Config& config);
RateLimit http_requests_of_address(const Config& config);
/// Tokens of HTTP requests that are not accepted.
RateLimit token_faults_of_address(const Config& config);
/// Bytes that clients send over WebSockets.
RateLimit input_of_address(const Config& config);

}  // namespace chat
