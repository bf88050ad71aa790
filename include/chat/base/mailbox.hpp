#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "chat/base/release.hpp"

namespace chat {

/// Hands items from any thread to the one that runs `context`, in order, a batch at a time.
/// Thread: post() and is_full() from any; the receiver is called on the context's thread only. One short lock per post
/// and per batch, one wake-up per batch. The one mutex a message meets.
/// Owner: must outlive every run of its context.
/// Bound: a producer that can wait asks is_full() before it makes more, so the mailbox holds kMaxItems and kMaxBytes,
/// and beyond them at most one turn of each producer.
template <class Item>
class Mailbox {
 public:
  static constexpr std::size_t kMaxItems = 8192;
  static constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;

  using Receiver = std::function<void(std::vector<Item>&)>;

  Mailbox(boost::asio::io_context& context, Receiver receiver) : context_(context), receiver_(std::move(receiver)) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// `bytes`: the memory that the item owns beside itself.
  void post(Item item, std::size_t bytes = 0) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      wake = waiting_.empty();
      waiting_.push_back(std::move(item));
      bytes_ += bytes;
      if (waiting_.size() >= kMaxItems || bytes_ >= kMaxBytes) full_.store(true, std::memory_order_relaxed);
    }
    if (wake) boost::asio::post(context_, [this] { deliver(); });
  }

  bool is_full() const { return full_.load(std::memory_order_relaxed); }

 private:
  void deliver() {
    {
      const std::lock_guard lock(mutex_);
      batch_.swap(waiting_);
      bytes_ = 0;
      full_.store(false, std::memory_order_relaxed);
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
  std::size_t bytes_ = 0;  // of those
  std::atomic<bool> full_{false};
  std::vector<Item> batch_;
};

}  // namespace chat
