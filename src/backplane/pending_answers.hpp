#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "chat/base/clock.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// Questions without their answer yet, each with its time. Thread: its loop.
class PendingAnswers {
 public:
  explicit PendingAnswers(boost::asio::io_context& loop) : loop_(loop) {}

  /// The number under which the answer is expected. When the time is over, the outcome is `unavailable`.
  std::uint64_t add(Milliseconds most, Completion<std::string> done);
  bool contains(std::uint64_t number) const { return waiting_.contains(number); }
  /// Does nothing for a question that is over.
  void complete(std::uint64_t number, Result<std::string> outcome);
  void fail_all(const Failure& failure);
  /// Forgets all of them uncompleted.
  void clear() { waiting_.clear(); }

 private:
  struct Waiting {
    Completion<std::string> done;
    boost::asio::steady_timer timer;
  };

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_ = 0;
};

}  // namespace chat
