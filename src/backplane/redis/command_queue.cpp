#include "backplane/redis/command_queue.hpp"

#include <utility>

#include "backplane/redis/command.hpp"

namespace chat::redis {

bool CommandQueue::push(std::span<const std::string_view> arguments, ReplyHandler& handler, Instant now) {
  if (in_flight_.size() < kMaxInFlight) {
    in_flight_.push_back({std::move(handler), now});
    append_command(outgoing_, arguments);
    return true;
  }
  if (waiting_.size() >= kMaxWaiting || waiting_bytes_ >= kMaxWaitingBytes) return false;
  Waiting& last = waiting_.emplace_back(std::string(), std::move(handler));
  append_command(last.command, arguments);
  waiting_bytes_ += last.command.size();
  return true;
}

void CommandQueue::push_unanswered(std::span<const std::string_view> arguments) {
  append_command(outgoing_, arguments);
}

std::optional<ReplyHandler> CommandQueue::pop() {
  if (in_flight_.empty()) return std::nullopt;
  std::optional<ReplyHandler> handler(std::move(in_flight_.front().handler));
  in_flight_.pop_front();
  return handler;
}

void CommandQueue::advance(Instant now) {
  for (; !waiting_.empty() && in_flight_.size() < kMaxInFlight; waiting_.pop_front()) {
    auto& [command, handler] = waiting_.front();
    outgoing_ += command;
    waiting_bytes_ -= command.size();
    in_flight_.push_back({std::move(handler), now});
  }
}

void CommandQueue::take_output(std::string& into) {
  into.clear();
  into.swap(outgoing_);
}

std::optional<Instant> CommandQueue::oldest() const {
  if (in_flight_.empty()) return std::nullopt;
  return in_flight_.front().since;
}

std::vector<ReplyHandler> CommandQueue::abandon() {
  std::vector<ReplyHandler> handlers;
  handlers.reserve(in_flight_.size() + waiting_.size());
  for (auto& command : std::exchange(in_flight_, {})) handlers.push_back(std::move(command.handler));
  for (auto& command : std::exchange(waiting_, {})) handlers.push_back(std::move(command.handler));
  waiting_bytes_ = 0;
  outgoing_.clear();
  return handlers;
}

}  // namespace chat::redis
