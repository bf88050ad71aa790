#pragma once

#include <atomic>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace chat {

/// Immutable bytes with many owners: a frame that goes to every member of a room, a message body in the node's memory.
/// One word to hold, one heap block behind it. May be shared between threads.
class SharedBytes {
 public:
  SharedBytes() = default;
  explicit SharedBytes(std::string_view bytes) : SharedBytes(std::string_view{}, bytes) {}
  /// The two pieces one after the other, without putting them together first.
  SharedBytes(std::string_view head, std::string_view tail) {
    void* memory = ::operator new(sizeof(Block) + head.size() + tail.size());
    block_ = new (memory) Block{{1}, head.size() + tail.size()};
    if (!head.empty()) std::memcpy(block_->data(), head.data(), head.size());
    if (!tail.empty()) std::memcpy(block_->data() + head.size(), tail.data(), tail.size());
  }
  SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) {
    if (block_) block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() {
    if (block_ && block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      block_->~Block();
      ::operator delete(block_);
    }
  }

  explicit operator bool() const { return block_ != nullptr; }
  std::string_view view() const { return block_ ? std::string_view(block_->data(), block_->size) : std::string_view{}; }
  std::size_t size() const { return block_ ? block_->size : 0; }

 private:
  struct Block {
    std::atomic<std::size_t> owners;
    std::size_t size;
    char* data() { return reinterpret_cast<char*>(this + 1); }
    const char* data() const { return reinterpret_cast<const char*>(this + 1); }
  };
  Block* block_ = nullptr;
};

}  // namespace chat
