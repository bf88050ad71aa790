#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "chat/backplane/cluster_services.hpp"
#include "support/recording_sink.hpp"
#include "support/run_until.hpp"

namespace chat {

/// One node's connection to the shared state; its calls wait for their outcome.
class Peer {
 public:
  Peer(boost::asio::io_context& loop, std::unique_ptr<ClusterServices> backends)
      : loop_(loop), backends_(std::move(backends)) {
    backplane().start(sink);
    if (!wait_until_available()) ADD_FAILURE() << "the backplane never became available";
  }

  ClusterServices& backends() { return *backends_; }
  Backplane& backplane() { return backends_->backplane(); }
  PresenceStore& presence() { return backends_->presence(); }
  NodeRegistry& registry() { return backends_->registry(); }
  Messenger& messenger() { return backends_->messenger(); }
  ClusterKv& kv() { return backends_->kv(); }
  RoomDirectory& directory() { return backends_->directory(); }
  ClusterQueue& queue() { return backends_->queue(); }
  ClusterEvents& events() { return backends_->events(); }

  bool wait_until_available() {
    return run_until(loop_, [this] { return sink.available_shards.size() == backplane().store_shard_count(); });
  }

  Result<Appended> append(std::string room, std::string body, std::string sender = {}, std::uint64_t n = 0) {
    return await<Appended>(loop_, [&](auto done) {
      backplane().append({std::move(room), std::move(sender), n, std::move(body)}, std::move(done));
    });
  }
  Result<Appended> append_keyed(std::string room, std::string body, std::string key) {
    Append keyed{std::move(room), {}, 0, std::move(body)};
    keyed.idempotency_key = std::move(key);
    return append(std::move(keyed));
  }
  Result<Appended> append(Append append) {
    return await<Appended>(loop_, [&](auto done) { backplane().append(std::move(append), std::move(done)); });
  }
  Result<LogState> subscribe(std::string room) {
    return await<LogState>(loop_, [&](auto done) { backplane().subscribe(std::move(room), std::move(done)); });
  }
  Result<LogState> state(std::string room) {
    return await<LogState>(loop_, [&](auto done) { backplane().state(std::move(room), std::move(done)); });
  }
  Result<std::vector<Message>> history(std::string room, HistoryQuery query) {
    return await<std::vector<Message>>(
        loop_, [&](auto done) { backplane().history(std::move(room), query, std::move(done)); });
  }
  std::vector<std::string> texts(std::string room, HistoryQuery query) {
    std::vector<std::string> out;
    const auto found = history(std::move(room), query);
    if (!found) return {"failed: " + found.error().message};
    for (const auto& message : *found) out.push_back(std::to_string(message.offset) + std::string(message.body.view()));
    return out;
  }
  Result<bool> change(std::string_view room, const PresenceChange& change) {
    return await<bool>(loop_, [&](auto done) { presence().change(room, change, std::move(done)); });
  }
  Result<std::vector<PresenceRow>> load(std::string room,
                                        PresenceStore::Through through = PresenceStore::Through::living_nodes) {
    return await<std::vector<PresenceRow>>(
        loop_, [&](auto done) { presence().load(std::move(room), through, std::move(done)); });
  }
  Result<std::vector<NodeInstance>> renew(std::string_view instance) {
    const auto lease = await<Lease>(loop_, [&](auto done) { presence().renew(instance, std::move(done)); });
    if (!lease) return lease.error();
    return lease->living;
  }
  Result<Announced> announce(const NodeCard& card) {
    return await<Announced>(loop_, [&](auto done) { registry().announce(card, std::move(done)); });
  }
  Result<std::vector<NodeCard>> list() {
    return await<std::vector<NodeCard>>(loop_, [&](auto done) { registry().list(std::move(done)); });
  }
  /// Whether `count` messages have come in.
  bool received(std::size_t count) {
    return run_until(loop_, [&] { return sink.published.size() >= count; });
  }

  RecordingSink sink;

 private:
  boost::asio::io_context& loop_;
  std::unique_ptr<ClusterServices> backends_;
};

/// Two nodes on one store. A Source has `std::unique_ptr<ClusterServices> connect(io_context&)`.
template <class Source>
class ServicesTest : public testing::Test {
 protected:
  Source source;
  boost::asio::io_context loop;
  Peer a{loop, source.connect(loop)};
  Peer b{loop, source.connect(loop)};
};

}  // namespace chat
