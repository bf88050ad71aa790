#include "chat/transport/polling/poll_mailbox.hpp"

#include <array>
#include <utility>

#include "chat/base/release.hpp"

namespace chat {
namespace {

constexpr std::size_t kAnswerBytes = 256 * 1024;  // an answer may have to pass through Redis

}  // namespace

void PollMailbox::poll(std::uint64_t ack, Answer answer, Outbox& outbox) {
  acknowledge(ack);
  if (is_acknowledged()) return wait(std::move(answer), outbox);
  let_go();
  answer(number_, events_);
}

void PollMailbox::wait(Answer answer, Outbox& outbox) {
  let_go();
  waiting_ = std::move(answer);
  flush(outbox);
}

void PollMailbox::acknowledge(std::uint64_t ack) {
  if (ack == number_) release(events_);
}

bool PollMailbox::flush(Outbox& outbox) {
  if (!waiting_ || !is_acknowledged() || outbox.empty()) return false;
  std::array<Outbox::Slice, 1> next;
  while (outbox.peek(next) == 1 && (events_.empty() || events_.size() + next[0].size <= kAnswerBytes)) {
    events_ += std::string_view(next[0]);
    outbox.consume(next[0].size);
  }
  const auto answer = std::exchange(waiting_, nullptr);
  answer(++number_, events_);
  return true;
}

void PollMailbox::let_go() {
  if (const auto answer = std::exchange(waiting_, nullptr)) answer(number_, {});
}

}  // namespace chat
