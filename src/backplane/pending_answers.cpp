#include "backplane/pending_answers.hpp"

#include <utility>

namespace chat {

std::uint64_t PendingAnswers::add(Milliseconds most, Completion<std::string> done) {
  thread_.in();
  const std::uint64_t number = ++last_;
  auto& timer =
      waiting_.emplace(number, Waiting{std::move(done), boost::asio::steady_timer(loop_, most)}).first->second.timer;
  timer.async_wait([this, number](boost::system::error_code error) {
    if (!error) complete(number, Failure{ErrorCode::unavailable, "no answer in time"});
  });
  return number;
}

void PendingAnswers::complete(std::uint64_t number, Result<std::string> outcome) {
  thread_.in();
  const auto question = waiting_.extract(number);
  if (question) question.mapped().done(std::move(outcome));
}

void PendingAnswers::fail_all(const Failure& failure) {
  for (auto& [number, question] : std::exchange(waiting_, {})) question.done(failure);
}

}  // namespace chat
