#include "chat/auth/jwks_client.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/log.hpp"

namespace chat {
namespace {

/// A URL for the log: a query may have a secret.
std::string without_query(const std::string& url) { return url.substr(0, url.find('?')); }

}  // namespace

JwksClient::JwksClient(boost::asio::io_context& loop, const Clock& clock, JwksSource source,
                       std::function<void(KeySet)> take_keys)
    : loop_(loop),
      clock_(clock),
      source_(std::move(source)),
      take_keys_(std::move(take_keys)),
      schedule_(clock.now()),
      timer_(loop),
      self_(std::make_shared<JwksClient*>(this)) {}

JwksClient::~JwksClient() { *self_ = nullptr; }

void JwksClient::miss_key() {
  if (misses_key_.exchange(true, std::memory_order_relaxed)) return;
  boost::asio::post(loop_, [self = self_] {
    if (*self == nullptr) return;
    (*self)->misses_key_.store(false, std::memory_order_relaxed);
    (*self)->schedule_.miss_key((*self)->clock_.now());
    (*self)->wait();
  });
}

void JwksClient::wait() {
  const auto due = schedule_.due();
  if (!due) return;
  timer_.expires_after(*due - clock_.now());
  timer_.async_wait([self = self_](boost::system::error_code cancelled) {
    if (!cancelled && *self != nullptr) (*self)->fetch();
  });
}

void JwksClient::fetch() {
  if (!schedule_.due()) return;
  schedule_.start(clock_.now());
  fetch_jwks(loop_, source_, [self = self_](const JwksAnswer& answer) {
    if (*self == nullptr) return;
    answer.error.empty() ? (*self)->take(answer) : (*self)->fail(answer.error);
    (*self)->wait();
  });
}

void JwksClient::take(const JwksAnswer& answer) {
  auto loaded = keys_from_jwks(answer.body, "the answer");
  if (!loaded.error.empty()) return fail(loaded.error);
  schedule_.succeed(clock_.now(), answer.max_age);
  if (answer.body == last_body_) return;
  last_body_ = answer.body;
  log_info("jwks_loaded", {{"url", without_query(source_.url)},
                           {"keys", loaded.keys.size()},
                           {"skipped", loaded.skipped.size()},
                           {"first_skipped", loaded.skipped.empty() ? "" : loaded.skipped.front()}});
  take_keys_(std::move(loaded.keys));
}

void JwksClient::fail(const std::string& why) {
  schedule_.fail(clock_.now());
  log_warn_rarely("jwks_failed", {{"url", without_query(source_.url)}, {"why", why}});
}

}  // namespace chat
