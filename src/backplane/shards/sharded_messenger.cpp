#include "backplane/shards/sharded_messenger.hpp"

#include <utility>

namespace chat::shards {

void ShardedMessenger::listen(std::string address, Handler handler, Completion<bool> done) {
  held_.insert_or_assign(address, std::move(handler));
  const auto answers = Gathering<bool>::make<bool>(
      2, [](const std::vector<bool>&) { return true; },
      [this, address, done = std::move(done)](const Result<bool>& listens) {
        if (!listens) held_.erase(address);
        done(listens);
      });
  for (const StoreShard shard : stores_.pair_of(address)) {
    listen_at(shard, address, answers->completion());
  }
}

void ShardedMessenger::listen_at(StoreShard shard, const std::string& address, Completion<bool> done) {
  const auto on_request = [this, address](std::string_view request, Answer answer) {
    const auto held = held_.find(address);
    if (held != held_.end()) held->second(request, std::move(answer));
  };
  stores_[shard].messenger().listen(address, on_request, std::move(done));
}

void ShardedMessenger::unlisten(std::string_view address) {
  const auto held = held_.find(address);
  if (held != held_.end()) held_.erase(held);
  for (const StoreShard shard : stores_.pair_of(address)) stores_[shard].messenger().unlisten(address);
}

void ShardedMessenger::ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) {
  const auto [first, second] = stores_.pair_of(address);
  if (!stores_.is_available(first)) {
    return stores_[second].messenger().ask(std::move(address), std::move(request), most, std::move(done));
  }
  stores_[first].messenger().ask(
      address, request, most,
      [this, second = second, address, request, most, done = std::move(done)](Result<std::string> answer) {
        const bool is_unknown = !answer && answer.error().code == ErrorCode::not_found;
        if (!is_unknown || !stores_.is_available(second)) return done(std::move(answer));
        stores_[second].messenger().ask(address, request, most, done);
      });
}

void ShardedMessenger::on_available(StoreShard shard, bool is_available) {
  if (!is_available) return;
  for (const auto& [address, handler] : held_) {
    const auto pair = stores_.pair_of(address);
    if (pair[0] == shard || pair[1] == shard) listen_at(shard, address, [](const Result<bool>&) {});
  }
}

}  // namespace chat::shards
