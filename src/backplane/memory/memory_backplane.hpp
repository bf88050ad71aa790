#pragma once

#include <functional>
#include <set>
#include <string>

#include "backplane/memory/posting.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/thread_check.hpp"

namespace chat {

class MemoryBus;

/// One node's half of a MemoryBus. Thread: the loop of the bus.
class MemoryBackplane final : public Backplane {
 public:
  /// `stopped` is called when the node stops.
  MemoryBackplane(MemoryBus& bus, Posting& posting, std::function<void()> stopped);
  ~MemoryBackplane() override;
  MemoryBackplane(const MemoryBackplane&) = delete;
  MemoryBackplane& operator=(const MemoryBackplane&) = delete;

  void start(BackplaneSink& sink) override;
  void append(Append append, Completion<Appended> done) override;
  void subscribe(std::string room, Completion<LogState> done) override;
  void unsubscribe(std::string_view room) override;
  void top(std::string room, Completion<Position> done) override;
  void state(std::string room, Completion<LogState> done) override;
  void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) override;
  void signal(std::string_view room, Signal kind, std::string_view payload) override;
  void broadcast(std::string_view payload) override;
  bool takes_new_rooms() const override { return true; }
  void stop() override;

 private:
  void deliver(const Append& append, const Position& position);

  [[no_unique_address]] ThreadCheck thread_;
  MemoryBus& bus_;
  Posting& posting_;
  std::function<void()> stopped_;
  BackplaneSink* sink_ = nullptr;
  std::set<std::string, std::less<>> subscribed_;
};

}  // namespace chat
