#include "transport/io/ring_sender.hpp"

#include <array>
#include <cerrno>

#include "chat/base/assert.hpp"

namespace chat {
namespace {

constexpr unsigned kEntries = 256;

}  // namespace

std::unique_ptr<RingSender> RingSender::create() {
  std::unique_ptr<RingSender> sender(new RingSender);
  sender->gathered_ = std::make_unique_for_overwrite<Gathered<kSlices>[]>(kEntries);
  // One thread submits and collects in the same call: the kernel then interrupts no thread with a completion.
  if (io_uring_queue_init(kEntries, &sender->ring_, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN) == 0) {
    return sender;
  }
  sender->ring_.ring_fd = -1;
  return nullptr;
}

RingSender::~RingSender() {
  if (ring_.ring_fd >= 0) io_uring_queue_exit(&ring_);
}

void RingSender::send(int socket, std::span<const Outbox::Slice> slices, Receiver& receiver) {
  if (queued_ == kEntries) submit();
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);
  CHAT_ASSERT(entry != nullptr);
  if (slices.size() == 1) {
    io_uring_prep_send(entry, socket, slices[0].data, slices[0].size, kSendFlags);
  } else {
    io_uring_prep_sendmsg(entry, socket, &gathered_[queued_].gather(slices), kSendFlags);
  }
  io_uring_sqe_set_data(entry, &receiver);
  ++queued_;
}

void RingSender::submit() {
  while (queued_ > 0) {
    const int submitted = io_uring_submit_and_wait(&ring_, queued_);
    CHAT_ASSERT(submitted >= 0 || submitted == -EINTR || submitted == -EAGAIN || submitted == -EBUSY);
    struct Sent {
      Receiver* receiver;
      int result;
    };
    std::array<Sent, kEntries> sent;
    std::array<io_uring_cqe*, kEntries> completions;
    const unsigned count = io_uring_peek_batch_cqe(&ring_, completions.data(), kEntries);
    for (unsigned i = 0; i < count; ++i) {
      sent[i] = {static_cast<Receiver*>(io_uring_cqe_get_data(completions[i])), completions[i]->res};
    }
    io_uring_cq_advance(&ring_, count);
    queued_ -= count;
    for (unsigned i = 0; i < count; ++i) sent[i].receiver->on_sent(sent[i].result);
  }
}

}  // namespace chat
