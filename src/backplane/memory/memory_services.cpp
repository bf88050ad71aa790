#include <memory>
#include <utility>

#include "backplane/memory/memory_backplane.hpp"
#include "backplane/memory/memory_bus.hpp"
#include "backplane/memory/memory_events.hpp"
#include "backplane/memory/memory_kv.hpp"
#include "backplane/memory/memory_messenger.hpp"
#include "backplane/memory/memory_queue.hpp"
#include "backplane/memory/memory_rooms.hpp"
#include "chat/backplane/memory.hpp"

namespace chat {
namespace {

class MemoryPresence final : public PresenceStore {
 public:
  MemoryPresence(MemoryBus& bus, Posting& posting, Backplane& backplane)
      : bus_(bus), posting_(posting), backplane_(backplane) {}

  void change(std::string_view room, const PresenceChange& change, Completion<bool> done) override {
    bus_.change_people(room, change);
    backplane_.signal(room, Signal::presence, encode(change));
    posting_.later([done = std::move(done)] { done(true); });
  }
  void load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) override {
    posting_.later([this, room = std::move(room), through, done = std::move(done)] {
      std::vector<PresenceRow> rows;
      for (const auto& [key, user] : bus_.people(room)) {
        if (through == Through::all_nodes || bus_.leases.contains(key.first)) rows.push_back({key.first, user});
      }
      done(std::move(rows));
    });
  }
  void renew(std::string_view instance, Completion<Lease> done) override {
    const Instant now = std::chrono::steady_clock::now();
    Lease lease{{}, !bus_.leases.contains(NodeInstance(instance))};
    bus_.leases[NodeInstance(instance)] = now;
    std::erase_if(bus_.leases, [now](const auto& entry) { return now - entry.second > kLease; });
    for (const auto& entry : bus_.leases) lease.living.push_back(entry.first);
    posting_.later([done = std::move(done), lease = std::move(lease)] { done(lease); });
  }
  void resign(std::string_view instance) override { bus_.leases.erase(NodeInstance(instance)); }

 private:
  MemoryBus& bus_;
  Posting& posting_;
  Backplane& backplane_;
};

class MemoryRegistry final : public NodeRegistry {
 public:
  MemoryRegistry(MemoryBus& bus, Posting& posting) : bus_(bus), posting_(posting) {}

  void announce(const NodeCard& card, Completion<Announced> done) override {
    const NodeCard before = std::exchange(bus_.nodes[card.id], card);
    const UnixUs time = SystemClock().unix_us();
    posting_.later([done = std::move(done),
                    announced = Announced{before.instance, before.started_at, time / 1000, time}] { done(announced); });
  }
  void list(Completion<std::vector<NodeCard>> done) override {
    std::vector<NodeCard> cards;
    for (const auto& [id, card] : bus_.nodes) cards.push_back(card);
    posting_.later([done = std::move(done), cards = std::move(cards)] { done(cards); });
  }
  void withdraw(std::string_view id) override { bus_.nodes.erase(std::string(id)); }

 private:
  MemoryBus& bus_;
  Posting& posting_;
};

class MemoryServices final : public ClusterServices {
 public:
  MemoryServices(boost::asio::io_context& loop, std::shared_ptr<MemoryBus> bus)
      : bus_(std::move(bus)),
        posting_(loop),
        messenger_(*bus_, posting_),
        queue_(*bus_, posting_),
        backplane_(*bus_, posting_,
                   [this] {
                     messenger_.stop();
                     queue_.stop();
                   }),
        presence_(*bus_, posting_, backplane_),
        registry_(*bus_, posting_),
        kv_(*bus_, posting_),
        directory_(*bus_, posting_),
        events_(*bus_, posting_) {}
  Backplane& backplane() override { return backplane_; }
  PresenceStore& presence() override { return presence_; }
  NodeRegistry& registry() override { return registry_; }
  Messenger& messenger() override { return messenger_; }
  ClusterKv& kv() override { return kv_; }
  RoomDirectory& directory() override { return directory_; }
  ClusterQueue& queue() override { return queue_; }
  ClusterEvents& events() override { return events_; }

 private:
  std::shared_ptr<MemoryBus> bus_;
  Posting posting_;
  MemoryMessenger messenger_;
  MemoryQueue queue_;
  MemoryBackplane backplane_;
  MemoryPresence presence_;
  MemoryRegistry registry_;
  MemoryKv kv_;
  MemoryRooms directory_;
  MemoryEvents events_;
};

}  // namespace

std::shared_ptr<MemoryBus> make_memory_bus(Retention retention) { return std::make_shared<MemoryBus>(retention); }

std::unique_ptr<ClusterServices> make_memory_services(boost::asio::io_context& loop, std::shared_ptr<MemoryBus> bus) {
  return std::make_unique<MemoryServices>(loop, std::move(bus));
}

BackplaneMaker memory_backplane() {
  return {"memory",
          {"memory"},
          [](std::string_view url, const BackplaneOptions&) {
            return url == "memory:" ? std::string() : "nothing follows memory:";
          },
          [](boost::asio::io_context& loop, std::string_view, const BackplaneOptions& options) {
            return make_memory_services(loop, make_memory_bus(options.retention));
          }};
}

}  // namespace chat
