// The log of a room as a node follows it: against a model of a store and a network with faults (room_log_model.hpp),
// and with calls in any order and any numbers, as they come from a store that lies.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "chat/base/assert.hpp"
#include "fuzz/choices.hpp"
#include "fuzz/room_log_model.hpp"

namespace {

using namespace chat;

constexpr Offset kEnd = std::numeric_limits<Offset>::max();
constexpr Offset kHighest = std::numeric_limits<std::int64_t>::max();  // of the integers of Redis

void follow(Choices& choices) {
  RoomLogModel model;
  while (!choices.empty()) model.step(choices);
  model.settle();
}

class Liar {
 public:
  /// Messages may come before the state from which the log starts.
  explicit Liar(Choices& choices) : choices_(choices) {
    for (auto count = choices_.below(4); count > 0; --count) offer();
    const auto now = state();
    log_.start(now);
    shown_ = now.top.offset;
    look();
  }

  void step() {
    switch (choices_.below(5)) {
      case 0:
        offer();
        break;
      case 1:
        log_.refill(log_.ask(), offset(), messages());
        break;
      case 2:
        reconcile();
        break;
      case 3:
        log_.add_older(messages());
        break;
      default: {
        const auto after = offset(), before = offset();
        const auto limit = choices_.byte();
        const auto found = log_.recent().page(after, before, limit, choices_.below(2) == 1);
        CHAT_ASSERT(!found || found->size() <= limit);
      }
    }
    look();
  }

 private:
  void offer() {
    ++given_;
    log_.offer(epoch(), message());
  }
  void reconcile() {
    look();
    const auto now = state();
    const auto check = log_.reconcile(log_.ask(), now);
    if (check.kind == ResumeCheck::Kind::rewound) shown_ = check.offset;
    if (check.kind == ResumeCheck::Kind::unknown) shown_ = now.top.offset;
  }
  Epoch epoch() { return {static_cast<char>('a' + choices_.below(3))}; }
  Offset offset() {
    const auto choice = choices_.byte();
    if (choice < 200) return choice % 16U;
    if (choice < 228) return std::max<Offset>(log_.last().offset + choice % 8U, 2) - 2;
    return kHighest - choice % 4U;
  }
  Message message() { return {offset(), SharedBytes("body")}; }
  std::vector<Message> messages() {
    std::vector<Message> out;
    for (auto count = choices_.below(8); count > 0; --count) out.push_back(message());
    given_ += out.size();
    return out;
  }
  LogState state() {
    LogState out{{epoch(), offset()}, {}};
    for (auto count = choices_.below(4); count > 0; --count) out.ended.push_back({epoch(), offset()});
    return out;
  }

  /// Rising between two reconciliations, never more than was given; a memory of bounded size without holes.
  void look() {
    for (const auto& message : log_.take_deliverable()) {
      CHAT_ASSERT(message.offset > shown_);
      shown_ = message.offset;
      CHAT_ASSERT(++delivered_ <= given_);
    }
    CHAT_ASSERT(!(log_.has_gap() && log_.has_unknown_epoch()));
    const auto memory = log_.recent().page(log_.last().offset > 3 ? log_.last().offset - 3 : 0, kEnd, 300, true);
    if (!memory) return;
    CHAT_ASSERT(memory->size() <= 3);
    for (std::size_t i = 0; i < memory->size(); ++i) {
      CHAT_ASSERT((*memory)[i].offset == log_.last().offset - memory->size() + 1 + i);
    }
  }

  Choices& choices_;
  RoomLog log_;
  Offset shown_ = 0;
  std::size_t given_ = 0, delivered_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  if (choices.below(4) > 0) {
    follow(choices);
  } else {
    for (Liar liar(choices); !choices.empty();) liar.step();
  }
  return 0;
}
