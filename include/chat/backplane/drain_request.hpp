#pragma once

#include <string>
#include <string_view>

#include "chat/backplane/presence_store.hpp"

namespace chat {

/// An operator's request that a node leaves the cluster, sent by Messenger. It names one life of the node, which leaves
/// once: a request that is sent again does no harm. Pure.
namespace drain_request {

/// Where the node listens for it.
std::string address(const NodeInstance& instance);
/// The request, which proves that its sender knows the cluster's secret.
std::string make(std::string_view secret, const NodeInstance& instance);
bool is_genuine(std::string_view secret, const NodeInstance& instance, std::string_view request);

inline constexpr std::string_view kAccepted = "accepted";
inline constexpr std::string_view kWrongSecret = "wrong secret";

}  // namespace drain_request

}  // namespace chat
