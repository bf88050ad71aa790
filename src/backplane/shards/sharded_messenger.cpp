#include "backplane/shards/sharded_messenger.hpp"

#include <chrono>
#include <utility>

namespace chat::shards {
namespace {

// Before that, not_found says that no node took the request; later, that the node which took it may have died with it.
constexpr Milliseconds kAtOnce{1000};

}  // namespace

void ShardedMessenger::listen(std::string address, Handler handler, Completion<bool> done) {
  held_.insert_or_assign(address, Held{std::move(handler)});
  const auto answers = Gathering<bool>::make<bool>(
      2, [](const std::vector<bool>&) { return true; },
      [this, address, done = std::move(done)](const Result<bool>& listens) {
        if (!listens) held_.erase(address);
        done(listens);
      });
  for (const std::size_t place : {0U, 1U}) listen_at(place, address, answers->completion());
}

/// A store that has lost its connection since listens again by itself.
void ShardedMessenger::listen_at(std::size_t place, const std::string& address, Completion<bool> done) {
  const auto on_request = [this, address](std::string_view request, Answer answer) {
    const auto held = held_.find(address);
    if (held != held_.end()) held->second.handler(request, std::move(answer));
  };
  const auto on_outcome = [this, place, address, done = std::move(done)](const Result<bool>& listens) {
    const auto held = held_.find(address);
    if (held != held_.end()) held->second.is_missing[place] = !listens;
    done(listens);
  };
  stores_[stores_.pair_of(address)[place]].messenger().listen(address, on_request, on_outcome);
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
  const auto on_answer = [this, second, address, request, most, asked = std::chrono::steady_clock::now(),
                          done = std::move(done)](Result<std::string> answer) {
    const bool is_taken =
        answer || answer.error().code != ErrorCode::not_found || std::chrono::steady_clock::now() - asked >= kAtOnce;
    if (is_taken) return done(std::move(answer));
    if (stores_.is_available(second)) return stores_[second].messenger().ask(address, request, most, done);
    done(Failure{ErrorCode::unavailable, "the store that may know the listener does not answer"});
  };
  stores_[first].messenger().ask(address, request, most, on_answer);
}

void ShardedMessenger::on_available(StoreShard shard, bool is_available) {
  if (!is_available) return;
  for (auto& [address, held] : held_) {
    const auto pair = stores_.pair_of(address);
    for (const std::size_t place : {0U, 1U}) {
      if (pair[place] != shard || !std::exchange(held.is_missing[place], false)) continue;
      listen_at(place, address, [](const Result<bool>&) {});
    }
  }
}

}  // namespace chat::shards
