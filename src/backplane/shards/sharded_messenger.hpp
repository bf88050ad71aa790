#pragma once

#include <array>
#include <map>
#include <string>

#include "backplane/shards/sharded_backplane.hpp"
#include "chat/backplane/messenger.hpp"

namespace chat::shards {

/// A node listens at an address in two stores, so that the loss of one leaves it reachable. A question goes to one of
/// them, and to the other only if no node has taken it there: none takes it twice.
/// Thread: the backplane loop. Owner: ShardedServices.
class ShardedMessenger final : public Messenger, private ShardedBackplane::Follower {
 public:
  ShardedMessenger(Stores& stores, ShardedBackplane& backplane) : stores_(stores) { backplane.follow(*this); }
  void listen(std::string address, Handler handler, Completion<bool> done) override;
  void unlisten(std::string_view address) override;
  void ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) override;

 private:
  /// A store that comes back is told the addresses that it missed.
  void on_available(StoreShard shard, bool is_available) override;
  struct Held {
    Handler handler;
    std::array<bool, 2> is_missing{};  // by the place in pair_of(): it does not listen there
  };
  void listen_at(std::size_t place, const std::string& address, Completion<bool> done);

  Stores& stores_;
  std::map<std::string, Held, std::less<>> held_;
};

}  // namespace chat::shards
