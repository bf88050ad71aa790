#pragma once

#include <cstddef>
#include <string_view>

#include "chat/backplane/backplane.hpp"

namespace chat::shards {

/// The shard of a room, or of another name, among `count`. All nodes and all versions agree on it; one shard more moves
/// 1/count of the names (jump consistent hash, Lamping and Veach 2014). Pure.
StoreShard shard_of(std::string_view name, std::size_t count);

}  // namespace chat::shards
