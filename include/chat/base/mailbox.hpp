#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "chat/base/release.hpp"

namespace chat {

/// Hands items from any thread to the one that runs `context`, in order, a batch at a time.
/// Thread: post() from any; the receiver is called on the context's thread only. One short lock per post and per batch,
/// one wake-up per batch. The one mutex a message meets.
/// Owner: must outlive every run of its context.
template <class Item>
class Mailbox {
 public:
  using Receiver = std::function<void(std::vector<Item>&)>;

  Mailbox(boost::asio::io_context& context, Receiver receiver) : context_(context), receiver_(std::move(receiver)) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  void post(Item item) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      wake = waiting_.empty();
      waiting_.push_back(std::move(item));
    }
    if (wake) boost::asio::post(context_, [this] { deliver(); });
  }

 private:
  void deliver() {
    {
      const std::lock_guard lock(mutex_);
      batch_.swap(waiting_);
    }
    receiver_(batch_);
    batch_.clear();
    if (batch_.capacity() > kKept) release(batch_);
  }

  static constexpr std::size_t kKept = 256;  // items for which memory is kept: a storm's is given back

  boost::asio::io_context& context_;
  Receiver receiver_;
  std::mutex mutex_;
  std::vector<Item> waiting_;
  std::vector<Item> batch_;
};

}  // namespace chat
