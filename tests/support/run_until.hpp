#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// Runs `loop` until `condition` holds; false if it did not in time.
template <class Condition>
bool run_until(boost::asio::io_context& loop, Condition condition, Milliseconds most = Seconds(10)) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    if (loop.stopped()) loop.restart();
    loop.run_one_for(Milliseconds(20));
  }
  return true;
}

/// Runs all ready handlers, and those that they post.
inline void settle(boost::asio::io_context& loop) {
  do {
    if (loop.stopped()) loop.restart();
  } while (loop.poll() > 0);
}

/// A completion that keeps its outcome for the test.
template <class Value>
class Outcome {
 public:
  Completion<Value> completion() const {
    return [state = state_](Result<Value> result) {
      state->times++;
      state->result.emplace(std::move(result));
    };
  }
  bool is_there() const { return state_->result.has_value(); }
  int times() const { return state_->times; }
  const Result<Value>& operator*() const { return *state_->result; }
  const Result<Value>* operator->() const { return &*state_->result; }

 private:
  struct State {
    std::optional<Result<Value>> result;
    int times = 0;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// Starts an asynchronous operation and runs `loop` until it is done.
template <class Value, class Start>
Result<Value> await(boost::asio::io_context& loop, Start start) {
  Outcome<Value> outcome;
  start(outcome.completion());
  if (!run_until(loop, [&] { return outcome.is_there(); })) return Failure{ErrorCode::internal, "it never completed"};
  return *outcome;
}

}  // namespace chat
