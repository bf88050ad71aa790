#pragma once

#include <string>

#include "backplane/memory/posting.hpp"
#include "backplane/pending_answers.hpp"
#include "chat/backplane/messenger.hpp"

namespace chat {

class MemoryBus;

/// Requests between the nodes of one process. Thread: the loop of the bus.
class MemoryMessenger final : public Messenger {
 public:
  MemoryMessenger(MemoryBus& bus, Posting& posting) : bus_(bus), posting_(posting), pending_(posting.loop()) {}
  ~MemoryMessenger() override { stop(); }
  MemoryMessenger(const MemoryMessenger&) = delete;
  MemoryMessenger& operator=(const MemoryMessenger&) = delete;

  void listen(std::string address, Handler handler, Completion<bool> done) override;
  void unlisten(std::string_view address) override;
  void ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) override;
  /// Ends listening; no request completes afterwards.
  void stop();

 private:
  MemoryBus& bus_;
  Posting& posting_;
  PendingAnswers pending_;
};

}  // namespace chat
