#pragma once

#include <charconv>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/memory.hpp"
#include "chat/backplane/registry.hpp"

namespace chat {

/// The parts of a `lossy:PERCENT/SEED` URL.
struct Losses {
  unsigned percent = 0;
  unsigned seed = 0;

  static std::optional<Losses> parse(std::string_view url) {
    constexpr std::string_view kScheme = "lossy:";
    if (!url.starts_with(kScheme)) return std::nullopt;
    Losses losses;
    const char* const end = url.data() + url.size();
    const auto percent = std::from_chars(url.data() + kScheme.size(), end, losses.percent);
    if (percent.ec != std::errc{} || percent.ptr == end || *percent.ptr != '/') return std::nullopt;
    const auto seed = std::from_chars(percent.ptr + 1, end, losses.seed);
    if (seed.ec != std::errc{} || seed.ptr != end || losses.percent > 100) return std::nullopt;
    return losses;
  }
};

/// A store that keeps every message in its log, but tells a node only of some: each publication is lost with a chance,
/// at random and the same each time for a seed. All else is the memory store. Thread: the loop of the store.
class LossyServices final : public ClusterServices, private Backplane, private BackplaneSink {
 public:
  LossyServices(std::unique_ptr<ClusterServices> inner, Losses losses)
      : inner_(std::move(inner)), percent_(losses.percent), random_(losses.seed) {}

  Backplane& backplane() override { return *this; }
  PresenceStore& presence() override { return inner_->presence(); }
  NodeRegistry& registry() override { return inner_->registry(); }
  Messenger& messenger() override { return inner_->messenger(); }
  ClusterKv& kv() override { return inner_->kv(); }
  RoomDirectory& directory() override { return inner_->directory(); }
  ClusterQueue& queue() override { return inner_->queue(); }
  ClusterEvents& events() override { return inner_->events(); }

 private:
  void start(BackplaneSink& sink) override {
    sink_ = &sink;
    inner_->backplane().start(*this);
  }
  void append(Append append, Completion<Appended> done) override {
    inner_->backplane().append(std::move(append), std::move(done));
  }
  void subscribe(std::string room, Completion<LogState> done) override {
    inner_->backplane().subscribe(std::move(room), std::move(done));
  }
  void unsubscribe(std::string_view room) override { inner_->backplane().unsubscribe(room); }
  void top(std::string room, Completion<Position> done) override {
    inner_->backplane().top(std::move(room), std::move(done));
  }
  void state(std::string room, Completion<LogState> done) override {
    inner_->backplane().state(std::move(room), std::move(done));
  }
  void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) override {
    inner_->backplane().history(std::move(room), query, std::move(done));
  }
  void signal(std::string_view room, Signal kind, std::string_view payload) override {
    inner_->backplane().signal(room, kind, payload);
  }
  void broadcast(std::string_view payload) override { inner_->backplane().broadcast(payload); }
  bool takes_new_rooms() const override { return inner_->backplane().takes_new_rooms(); }
  void stop() override { inner_->backplane().stop(); }

  void on_published(std::string_view room, std::string_view epoch, Offset first,
                    std::span<const std::string_view> bodies) override {
    if (random_() % 100 >= percent_) sink_->on_published(room, epoch, first, bodies);
  }
  void on_signal(std::string_view room, Signal kind, std::string_view payload) override {
    sink_->on_signal(room, kind, payload);
  }
  void on_broadcast(std::string_view payload) override { sink_->on_broadcast(payload); }
  void on_batch_end() override { sink_->on_batch_end(); }
  bool is_full() const override { return sink_->is_full(); }
  void on_available(StoreShard shard, bool is_available) override { sink_->on_available(shard, is_available); }

  std::unique_ptr<ClusterServices> inner_;
  BackplaneSink* sink_ = nullptr;
  unsigned percent_;
  std::mt19937 random_;
};

/// The row for a registry. Its nodes share `bus`; each loses other publications.
inline BackplaneMaker lossy_backplane(std::shared_ptr<MemoryBus> bus) {
  return {"lossy",
          {"lossy"},
          [](std::string_view url, const BackplaneOptions&) {
            return Losses::parse(url) ? std::string() : "it is lossy:PERCENT/SEED";
          },
          [bus, nodes = std::make_shared<unsigned>(0)](boost::asio::io_context& loop, std::string_view url,
                                                       const BackplaneOptions&) {
            Losses losses = *Losses::parse(url);
            losses.seed += ++*nodes;
            return std::make_unique<LossyServices>(make_memory_services(loop, bus), losses);
          }};
}

}  // namespace chat
