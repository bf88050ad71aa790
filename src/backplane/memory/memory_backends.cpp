#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <set>
#include <utility>

#include "backplane/memory/memory_bus.hpp"
#include "backplane/pending_answers.hpp"
#include "chat/backplane/cluster_services.hpp"

namespace chat {

/// One node's connection to a MemoryBus. Every outcome and every delivery is posted, as a network would bring it.
class MemoryBackends final : public ClusterServices,
                             public Backplane,
                             public PresenceStore,
                             public NodeRegistry,
                             public Relay {
 public:
  MemoryBackends(boost::asio::io_context& loop, std::shared_ptr<MemoryBus> bus)
      : loop_(loop), bus_(std::move(bus)), pending_(loop) {
    bus_->attached.push_back(this);
  }
  ~MemoryBackends() override {
    stop_listening();
    std::erase(bus_->attached, this);
  }

  Backplane& backplane() override { return *this; }
  PresenceStore& presence() override { return *this; }
  NodeRegistry& registry() override { return *this; }
  Relay& relay() override { return *this; }

  void start(BackplaneSink& sink) override {
    sink_ = &sink;
    later([this] { sink_->on_available(Availability::back); });
  }
  bool takes_new_rooms() const override { return true; }
  void stop() override {
    sink_ = nullptr;
    stop_listening();
    pending_.clear();
  }

  void append(Append append, Completion<Appended> done) override {
    auto outcome = bus_->append(append);
    if (outcome && !outcome->duplicate) {
      for (MemoryBackends* node : bus_->attached) {
        if (node->subscribed_.contains(append.room)) node->deliver(append, outcome->position);
      }
    }
    later([done = std::move(done), outcome = std::move(outcome)] { done(outcome); });
  }

  void subscribe(std::string room, Completion<LogState> done) override {
    subscribed_.insert(room);
    state(std::move(room), std::move(done));
  }
  void unsubscribe(std::string_view room) override {
    const auto found = subscribed_.find(room);
    if (found != subscribed_.end()) subscribed_.erase(found);
  }
  void state(std::string room, Completion<LogState> done) override {
    later([this, room = std::move(room), done = std::move(done)] { done(LogState{bus_->top(room), {}}); });
  }
  void top(std::string room, Completion<Position> done) override {
    later([this, room = std::move(room), done = std::move(done)] { done(bus_->top(room)); });
  }
  void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) override {
    later([this, room = std::move(room), query, done = std::move(done)] { done(bus_->history(room, query)); });
  }
  void signal(std::string_view room, Signal kind, std::string_view payload) override {
    for (MemoryBackends* node : bus_->attached) {
      if (!node->subscribed_.contains(room)) continue;
      node->later([node, room = std::string(room), kind, payload = std::string(payload)] {
        node->sink_->on_signal(room, kind, payload);
        node->sink_->on_batch_end();
      });
    }
  }

  void broadcast(std::string_view payload) override {
    for (MemoryBackends* node : bus_->attached) {
      node->later([node, payload = std::string(payload)] { node->sink_->on_broadcast(payload); });
    }
  }

  void change(std::string_view room, const PresenceChange& change, Completion<bool> done) override {
    bus_->change_people(room, change);
    signal(room, Signal::presence, encode(change));
    later([done = std::move(done)] { done(true); });
  }
  void load(std::string room, Completion<std::vector<PresenceRow>> done) override {
    later([this, room = std::move(room), done = std::move(done)] {
      std::vector<PresenceRow> rows;
      for (const auto& [key, name] : bus_->people(room)) {
        if (bus_->leases.contains(key.first)) rows.push_back({key.first, {key.second, name}});
      }
      done(std::move(rows));
    });
  }
  void renew(std::string_view instance, Completion<Lease> done) override {
    const Instant now = std::chrono::steady_clock::now();
    Lease lease{{}, !bus_->leases.contains(NodeInstance(instance))};
    bus_->leases[NodeInstance(instance)] = now;
    std::erase_if(bus_->leases, [now](const auto& entry) { return now - entry.second > kLease; });
    for (const auto& entry : bus_->leases) lease.living.push_back(entry.first);
    later([done = std::move(done), lease = std::move(lease)] { done(lease); });
  }
  void resign(std::string_view instance) override { bus_->leases.erase(NodeInstance(instance)); }

  void announce(const NodeCard& card, Completion<Announced> done) override {
    const NodeCard before = std::exchange(bus_->nodes[card.id], card);
    later([done = std::move(done), announced = Announced{before.instance, before.started_at, SystemClock().unix_ms()}] {
      done(announced);
    });
  }
  void list(Completion<std::vector<NodeCard>> done) override {
    std::vector<NodeCard> cards;
    for (const auto& [id, card] : bus_->nodes) cards.push_back(card);
    later([done = std::move(done), cards = std::move(cards)] { done(cards); });
  }
  void withdraw(std::string_view id) override { bus_->nodes.erase(std::string(id)); }

  void listen(std::string address, Handler handler, Completion<bool> done) override {
    bus_->listeners.insert_or_assign(std::move(address), MemoryBus::Listener{this, std::move(handler)});
    later([done = std::move(done)] { done(true); });
  }
  void unlisten(std::string_view address) override {
    const auto listener = bus_->listeners.find(address);
    if (listener != bus_->listeners.end()) bus_->listeners.erase(listener);
  }
  void ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) override {
    const std::uint64_t number = pending_.add(most, std::move(done));
    later([this, number, address = std::move(address), request = std::move(request)] {
      const auto listener = bus_->listeners.find(address);
      if (listener == bus_->listeners.end()) {
        return pending_.complete(number, Failure{ErrorCode::not_found, "nobody listens there"});
      }
      listener->second.handler(request, [this, number](std::string answer) {
        later([this, number, answer = std::move(answer)] { pending_.complete(number, answer); });
      });
    });
  }
  void claim(std::string name, Seconds kept, Completion<bool> done) override {
    const auto now = std::chrono::steady_clock::now();
    later([done = std::move(done), is_first = bus_->claim(name, now + kept, now)] { done(is_first); });
  }
  void agree(std::string offer, Completion<SharedSecret> done) override {
    if (bus_->secret.current.empty()) bus_->secret.current = std::move(offer);
    later([this, done = std::move(done)] { done(bus_->secret); });
  }
  void rotate(std::string secret, Seconds, Completion<bool> done) override {
    bus_->secret = {std::move(secret), std::move(bus_->secret.current)};
    if (!is_good_secret(bus_->secret.previous)) bus_->secret.previous.clear();
    later([done = std::move(done)] { done(true); });
  }

 private:
  void stop_listening() {
    std::erase_if(bus_->listeners, [this](const auto& listener) { return listener.second.node == this; });
  }
  void deliver(const Append& append, const Position& position) {
    later([this, room = append.room, body = append.body, position] {
      const std::array<std::string_view, 1> bodies{body};
      sink_->on_published(room, position.epoch, position.offset, bodies);
      sink_->on_batch_end();
    });
  }

  template <class Action>
  void later(Action action) {
    boost::asio::post(loop_, [this, action = std::move(action)] {
      if (sink_ != nullptr) action();
    });
  }

  boost::asio::io_context& loop_;
  std::shared_ptr<MemoryBus> bus_;
  BackplaneSink* sink_ = nullptr;
  std::set<std::string, std::less<>> subscribed_;
  PendingAnswers pending_;
};

std::shared_ptr<MemoryBus> make_memory_bus(Retention retention) { return std::make_shared<MemoryBus>(retention); }

std::unique_ptr<ClusterServices> make_memory_backends(boost::asio::io_context& loop, std::shared_ptr<MemoryBus> bus) {
  return std::make_unique<MemoryBackends>(loop, std::move(bus));
}

}  // namespace chat
