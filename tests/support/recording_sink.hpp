#pragma once

#include <set>
#include <string>
#include <vector>

#include "chat/backplane/backplane.hpp"

namespace chat {

/// Keeps the deliveries of a backplane.
class RecordingSink final : public BackplaneSink {
 public:
  struct Delivered {
    std::string room;
    Position position;
    std::string body;
  };
  struct Signalled {
    std::string room;
    Signal kind;
    std::string payload;
  };

  void on_published(std::string_view room, std::string_view epoch, Offset first,
                    std::span<const std::string_view> bodies) override {
    for (const auto body : bodies) published.push_back({std::string(room), {Epoch(epoch), first++}, std::string(body)});
    batch_is_open = true;
  }
  void on_signal(std::string_view room, Signal kind, std::string_view payload) override {
    signals.push_back({std::string(room), kind, std::string(payload)});
    batch_is_open = true;
  }
  void on_batch_end() override { batch_is_open = false; }
  void on_broadcast(std::string_view payload) override { broadcasts.emplace_back(payload); }
  bool is_full() const override { return full; }
  void on_available(StoreShard shard, bool is_available) override {
    availability.push_back(is_available);
    if (is_available) {
      available_shards.insert(shard);
    } else {
      available_shards.erase(shard);
    }
  }

  bool is_available() const { return !availability.empty() && availability.back(); }
  std::vector<std::string> bodies_of(std::string_view room) const {
    std::vector<std::string> bodies;
    for (const auto& message : published) {
      if (message.room == room) bodies.push_back(message.body);
    }
    return bodies;
  }

  std::vector<Delivered> published;
  std::vector<Signalled> signals;
  std::vector<bool> availability;  // of any shard, one after the other
  std::set<StoreShard> available_shards;
  std::vector<std::string> broadcasts;
  bool batch_is_open = false;
  bool full = false;
};

}  // namespace chat
