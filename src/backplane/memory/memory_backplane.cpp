#include "backplane/memory/memory_backplane.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "backplane/memory/memory_bus.hpp"

namespace chat {

MemoryBackplane::MemoryBackplane(MemoryBus& bus, Posting& posting, std::function<void()> stopped)
    : bus_(bus), posting_(posting), stopped_(std::move(stopped)) {
  bus_.attached.push_back(this);
}

MemoryBackplane::~MemoryBackplane() { std::erase(bus_.attached, this); }

void MemoryBackplane::start(BackplaneSink& sink) {
  sink_ = &sink;
  posting_.open();
  posting_.later([this] { sink_->on_available(0, true); });
}

void MemoryBackplane::stop() {
  posting_.close();
  stopped_();
}

void MemoryBackplane::append(Append append, Completion<Appended> done) {
  thread_.in();
  auto outcome = bus_.append(append);
  if (outcome && !outcome->duplicate) {
    for (MemoryBackplane* node : bus_.attached) {
      if (node->subscribed_.contains(append.room)) node->deliver(append, outcome->position);
    }
  }
  posting_.later([done = std::move(done), outcome = std::move(outcome)] { done(outcome); });
}

void MemoryBackplane::subscribe(std::string room, Completion<LogState> done) {
  thread_.in();
  subscribed_.insert(room);
  state(std::move(room), std::move(done));
}

void MemoryBackplane::unsubscribe(std::string_view room) {
  thread_.in();
  const auto found = subscribed_.find(room);
  if (found != subscribed_.end()) subscribed_.erase(found);
}

void MemoryBackplane::state(std::string room, Completion<LogState> done) {
  posting_.later([this, room = std::move(room), done = std::move(done)] { done(LogState{bus_.top(room), {}}); });
}

void MemoryBackplane::top(std::string room, Completion<Position> done) {
  posting_.later([this, room = std::move(room), done = std::move(done)] { done(bus_.top(room)); });
}

void MemoryBackplane::history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) {
  posting_.later([this, room = std::move(room), query, done = std::move(done)] { done(bus_.history(room, query)); });
}

void MemoryBackplane::signal(std::string_view room, Signal kind, std::string_view payload) {
  thread_.in();
  for (MemoryBackplane* node : bus_.attached) {
    if (!node->subscribed_.contains(room)) continue;
    node->posting_.later([node, room = std::string(room), kind, payload = std::string(payload)] {
      node->sink_->on_signal(room, kind, payload);
      node->sink_->on_batch_end();
    });
  }
}

void MemoryBackplane::broadcast(std::string_view payload) {
  for (MemoryBackplane* node : bus_.attached) {
    node->posting_.later([node, payload = std::string(payload)] { node->sink_->on_broadcast(payload); });
  }
}

void MemoryBackplane::deliver(const Append& append, const Position& position) {
  posting_.later([this, room = append.room, body = append.body, position] {
    const std::array<std::string_view, 1> bodies{body};
    sink_->on_published(room, position.epoch, position.offset, bodies);
    sink_->on_batch_end();
  });
}

}  // namespace chat
