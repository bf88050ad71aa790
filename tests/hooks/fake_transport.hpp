#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat/http/http_client.hpp"

namespace chat {

/// Requests wait until the test answers them.
class FakeTransport final : public HttpTransport {
 public:
  void send(OutgoingRequest request, std::function<void(HttpOutcome)> done) override {
    requests.push_back(request);
    waiting_.emplace_back(std::move(done));
  }
  std::size_t waiting() const { return waiting_.size(); }
  /// Answers the oldest request that waits.
  void answer(HttpOutcome outcome) {
    auto done = std::move(waiting_.front());
    waiting_.pop_front();
    done(std::move(outcome));
  }
  void answer(unsigned status, std::string body) { answer(RequestReply{status, std::move(body), {}}); }

  std::vector<OutgoingRequest> requests;

 private:
  std::deque<std::function<void(HttpOutcome)>> waiting_;
};

inline std::string header_of(const OutgoingRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "none";
}

}  // namespace chat
