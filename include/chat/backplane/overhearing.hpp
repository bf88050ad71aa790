#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/options.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// Hears what other programs publish in the store, over a connection of its own: what it cannot do, for want of a
/// right, keeps nothing else from working. At most once: what is published while the connection is away is lost.
/// Thread: the loop. Owner: the node.
class Overhearing {
 public:
  struct Events {
    std::function<void(std::string_view channel, std::string_view payload)> on_message;
    std::function<bool()> is_full;  // nothing more is read until it is not
  };
  virtual ~Overhearing() = default;
  virtual void start() = 0;
  virtual void stop() = 0;
};

/// `patterns` of channels, as PSUBSCRIBE takes them. `url`: see RedisUrl. Errors: bad_request, the URL.
Result<std::unique_ptr<Overhearing>> overhear_redis(boost::asio::io_context& loop, std::string_view url,
                                                    const BackplaneOptions& options, std::vector<std::string> patterns,
                                                    Overhearing::Events events);

}  // namespace chat
