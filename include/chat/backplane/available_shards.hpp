#pragma once

#include <cstddef>
#include <set>

#include "chat/backplane/backplane.hpp"

namespace chat {

/// A sink for programs that are no nodes: it takes no messages, and counts the shards of the store that answer.
/// Thread: the backplane loop. Owner: the program.
class AvailableShards final : public BackplaneSink {
 public:
  std::size_t count() const { return answering_.size(); }

 private:
  void on_published(std::string_view, std::string_view, Offset, std::span<const std::string_view>) override {}
  void on_signal(std::string_view, Signal, std::string_view) override {}
  void on_batch_end() override {}
  void on_broadcast(std::string_view) override {}
  bool is_full() const override { return false; }
  void on_available(StoreShard shard, bool is_available) override {
    if (is_available) {
      answering_.insert(shard);
    } else {
      answering_.erase(shard);
    }
  }

  std::set<StoreShard> answering_;
};

}  // namespace chat
