#pragma once

#include "chat/base/assert.hpp"

#ifdef CHAT_CHECK_THREADS
#include <thread>
#endif

namespace chat {

/// Holds a class to the sentence of its header that names its thread: the first thread that calls in() owns the object
/// from then on, and another ends the program. Only in debug and sanitizer builds; else nothing, and no memory with
/// [[no_unique_address]].
class ThreadCheck {
 public:
#ifdef CHAT_CHECK_THREADS
  void in() {
    if (owner_ == std::thread::id{}) owner_ = std::this_thread::get_id();
    CHAT_ASSERT(owner_ == std::this_thread::get_id() && "called on another thread than its own");
  }
  /// The next thread that calls owns the object.
  void hand_over() { owner_ = {}; }

 private:
  std::thread::id owner_{};
#else
  void in() {}
  void hand_over() {}
#endif
};

}  // namespace chat
