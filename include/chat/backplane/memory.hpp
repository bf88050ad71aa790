#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "chat/backplane/cluster_services.hpp"
#include "chat/backplane/options.hpp"
#include "chat/backplane/registry.hpp"

namespace chat {

/// The store that several in-process nodes share; one node makes its own.
class MemoryBus;
std::shared_ptr<MemoryBus> make_memory_bus(Retention retention);

/// One node, or several that share a bus and a loop (tests).
std::unique_ptr<ClusterServices> make_memory_services(boost::asio::io_context& loop, std::shared_ptr<MemoryBus> bus);

/// memory: keeps everything in the node, which is alone.
BackplaneMaker memory_backplane();

}  // namespace chat
