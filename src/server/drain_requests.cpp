#include "server/drain_requests.hpp"

#include <string>
#include <utility>

#include "chat/backplane/drain_request.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Milliseconds kAgain{100};

}  // namespace

DrainRequests::DrainRequests(boost::asio::io_context& loop, Messenger& messenger, const ClusterSecret& secret,
                             NodeInstance instance, std::function<void()> drain)
    : messenger_(messenger), secret_(secret), instance_(std::move(instance)), drain_(std::move(drain)), timer_(loop) {}

void DrainRequests::start() {
  const auto on_asked = [this](std::string_view request, const Messenger::Answer& answer) {
    on_request(request, answer);
  };
  messenger_.listen(drain_request::address(instance_), on_asked, [this](const Result<bool>& listens) {
    if (listens) return;
    timer_.expires_after(kAgain);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error) start();
    });
  });
}

/// Answers first: a node without clients ends soon.
void DrainRequests::on_request(std::string_view request, const Messenger::Answer& answer) {
  const bool is_genuine =
      secret_.any([&](std::string_view secret) { return drain_request::is_genuine(secret, instance_, request); });
  if (!is_genuine) {
    log_warn_rarely("drain_refused", {{"why", "the request is not signed with the secret of the cluster"}});
    return answer(std::string(drain_request::kWrongSecret));
  }
  answer(std::string(drain_request::kAccepted));
  drain_();
}

}  // namespace chat
