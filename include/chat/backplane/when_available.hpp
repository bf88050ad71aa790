#pragma once

#include <functional>
#include <utility>

#include "chat/backplane/backplane.hpp"

namespace chat {

/// A sink for programs that are no nodes: it takes no messages and calls a function once, when the store answers.
/// Thread: the backplane loop. Owner: the program.
class WhenAvailable final : public BackplaneSink {
 public:
  explicit WhenAvailable(std::function<void()> then) : then_(std::move(then)) {}

 private:
  void on_published(std::string_view, std::string_view, Offset, std::span<const std::string_view>) override {}
  void on_signal(std::string_view, Signal, std::string_view) override {}
  void on_batch_end() override {}
  void on_broadcast(std::string_view) override {}
  bool is_full() const override { return false; }
  void on_available(StoreShard shard, bool is_available) override {
    if (shard == 0 && is_available) std::exchange(then_, [] {})();
  }

  std::function<void()> then_;
};

}  // namespace chat
